"""What a plan means for a decision: what certainty costs, what survives, what history would have said."""
