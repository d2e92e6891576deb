"""From words to intention: templates, numbers, phrase files and the full-match parser. Pure."""
