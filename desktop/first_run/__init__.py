"""What a new workstation needs to know before its first order."""
