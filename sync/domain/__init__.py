"""The rules of the warehouse: frozen values and pure functions, the same on the workstation and at the central."""
