"""A report for other tools and eyes: SARIF for code hosts, one self-contained page for people."""
