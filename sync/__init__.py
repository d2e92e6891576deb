"""What happens to orders: the rules, the workstation's store, the engine and the central order API."""
