"""The questions asked before a command: reason, place, holds."""
