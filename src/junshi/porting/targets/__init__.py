"""Where code is to go: ecosystem, generation of chips, framework version, and what is supported there."""
