"""One matcher per kind of file; each turns text into hits and never runs it."""
