"""The program without a window: say, hear and doctor, for people at a prompt and for scripts."""
