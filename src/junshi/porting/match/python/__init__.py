"""Python: syntax trees, names resolved, only statements that hold a word of a rule looked at."""
