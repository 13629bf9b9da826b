"""All that the project knows of French and English. Pure."""
