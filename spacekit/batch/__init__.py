"""`Batch`: records with what became of each input, its report, and files of Spaces in and out."""

from spacekit.batch.batch import Batch, Records, warn_if_incomplete
from spacekit.batch.outcomes import OUTCOMES, Outcome
from spacekit.batch.reading import drift, read, read_jsonl
from spacekit.batch.report import Run

__all__ = [
    "OUTCOMES",
    "Batch",
    "Outcome",
    "Records",
    "Run",
    "drift",
    "read",
    "read_jsonl",
    "warn_if_incomplete",
]
