"""What does dev.py consist of? Standard library only, since it runs before anything is installed."""
