"""Claims against their quotes: what the quotes do not bear out is rejected, with the reason."""
