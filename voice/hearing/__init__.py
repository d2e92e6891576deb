"""From sound to words: sources, end of speech, grammars and the recogniser."""
