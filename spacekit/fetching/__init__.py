"""From ids to answers: one request, how fast and how often, many at once, and again when due."""
