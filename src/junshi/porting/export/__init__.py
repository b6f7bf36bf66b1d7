"""A report for other tools: SARIF for code hosts."""
