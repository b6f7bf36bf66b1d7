"""Reading a file of the user's: the one reader, of the layer below, under the name that scenarios use."""

from __future__ import annotations

from junshi.catalogue.toml_file import LIMIT_BYTES, parse_toml, read_text

__all__ = ["LIMIT_BYTES", "parse_toml", "read_text"]
