"""The learned judge of passages and sentences. Empty until it is trained."""
