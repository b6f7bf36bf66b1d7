"""Findings to engineer-days: priced parts, three shapes of a port, and what measured ports say."""
