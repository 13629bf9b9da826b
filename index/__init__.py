"""Documents in: turns the files of a corpus into a verified, searchable generation."""
