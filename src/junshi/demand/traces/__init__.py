"""One reader per log format, all giving the same columns."""
