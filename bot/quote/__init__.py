"""Answers without a chat model, made of the sentences of the passages found."""
