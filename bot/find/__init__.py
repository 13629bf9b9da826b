"""A question's passages, best first, and whether they answer it at all."""
