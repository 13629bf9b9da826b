"""The learned judge of passages and sentences: model.py reads, train.py makes its weights."""
