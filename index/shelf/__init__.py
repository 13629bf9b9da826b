"""A generation of the index on disk: written whole, verified, opened, held while it is read."""
