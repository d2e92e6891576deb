"""The central order API: one truth about every order, its holds and its commands. Sees only domain and wire."""
