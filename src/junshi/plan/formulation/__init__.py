"""The reference formulation, one family a module; `build.py` is its table of contents."""
