"""What can be read from three metres: the order in question, what is asked, and what came of it."""
