"""What a run may be: one module for each family of kinds."""
