"""`Batch`: records with what became of each input, its report, and lines of JSON in and out."""

from spacekit.batch.batch import COMPLETE, ERRORS, Batch, Outcome, Records, Run, as_text, read_jsonl

__all__ = ["COMPLETE", "ERRORS", "Batch", "Outcome", "Records", "Run", "as_text", "read_jsonl"]
