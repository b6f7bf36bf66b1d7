"""The decision: what to order, rent, resell, port and run, in each stage and Markov state."""
