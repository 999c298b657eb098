"""Made-up Spaces to try things on, and the one documented answer. Nothing is fetched."""

from spacekit.samples.aging import aged
from spacekit.samples.crawl import sample_crawl
from spacekit.samples.spaces import (
    MADE_UP,
    SAMPLE_TIME,
    documented_record,
    sample_batch,
    sample_observations_path,
    sample_posts,
    sample_records,
)

__all__ = [
    "MADE_UP",
    "SAMPLE_TIME",
    "aged",
    "documented_record",
    "sample_batch",
    "sample_crawl",
    "sample_observations_path",
    "sample_posts",
    "sample_records",
]
