"""What is asked: language, time, kinds of document, and what a follow-up leaves unsaid."""
