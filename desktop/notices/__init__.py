"""What came of a command, told once and kept."""
