"""The collective: many organisations choose, and so move maturity, prices and availability for each other."""
