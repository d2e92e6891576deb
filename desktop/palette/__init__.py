"""Everything that can be done, by its name; and the keys, shown and changed."""
