"""What does the central decide? Commands, ingest and reassigning, each within one transaction."""
