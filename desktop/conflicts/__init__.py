"""What the central refused, until a person decides."""
