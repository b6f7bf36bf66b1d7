"""Stochastic dual dynamic programming."""
