"""What the desk hears, understands and asks."""
