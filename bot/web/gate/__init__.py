"""Who is let in, and how much they may ask for: log-in, sessions, limits and headers."""
