"""Answers from the index: retrieves passages, picks what answers, checks every citation. Knows nothing of the page."""
