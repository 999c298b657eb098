"""`Batch`: records with what became of each input, its report, and lines of JSON in and out."""

from spacekit.batch.batch import Batch, Records, Run, as_text, read_jsonl
from spacekit.batch.outcomes import OUTCOMES, Outcome

__all__ = ["OUTCOMES", "Batch", "Outcome", "Records", "Run", "as_text", "read_jsonl"]
