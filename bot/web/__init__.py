"""The parts of the web page; only app.py imports them."""
