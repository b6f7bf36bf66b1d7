"""Node models kept warm, in this process or in worker processes."""
