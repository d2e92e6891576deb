"""What does each piece of work cost beside its floor? Run by ``python3 dev.py bench``; never a timed test."""
