"""One order as a person reads it, with what can be done to it."""
