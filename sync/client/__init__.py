"""The workstation's side of the network: httpx, and only here."""
