"""Is what was built what IT needs? Each installer really installed, used, upgraded and removed."""
