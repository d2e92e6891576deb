"""The views of the list and their numbers."""
