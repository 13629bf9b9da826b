"""File -> Document. Parsers run in a bounded process of their own."""
