"""`python -m junshi`."""

from junshi.cli.app import main

main()
