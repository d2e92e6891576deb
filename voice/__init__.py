"""From sound to intention and back to speech: hearing, understanding, dialogue, speaking, and their session."""
