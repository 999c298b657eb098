"""From hosts and words to ids, and from ids to answers: one request, how fast, how often, many, again when due."""
