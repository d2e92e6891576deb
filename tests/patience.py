"""How long does a test wait for what must come? So long that only what never comes is given up, on any machine."""

PATIENCE_S = 60.0
PATIENCE_MS = 60_000
