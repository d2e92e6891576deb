"""How the line to the central stands."""
