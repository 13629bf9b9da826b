"""Answers from the index: finds passages, picks what answers, checks every citation.

Knows nothing of the page.
"""
