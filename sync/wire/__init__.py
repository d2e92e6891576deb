"""What crosses the network: one definition for both ends."""
