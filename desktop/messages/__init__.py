"""What colleagues tell each other, and what became of it."""
