"""Junshi plans an organisation's AI compute when the supply of accelerators is uncertain."""

from importlib.metadata import version as _version

__version__ = _version("junshi")
