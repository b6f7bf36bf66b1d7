"""Runs of the page: folders on disk, a queue, and one process for each run."""
