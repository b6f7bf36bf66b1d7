"""Names of files that kinds of runs share with who asks for them; imports nothing heavy."""

BASE_POLICY = "base-policy.npz"
"""Copy of the policy of the run that an insight starts from."""
DEMAND_FILE = "demand.toml"
"""Demand file that was made of a log."""
