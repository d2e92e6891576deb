"""From the repository to what IT rolls out: freeze, packages for Debian and Windows, checksums, bill of materials."""
