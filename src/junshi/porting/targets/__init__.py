"""Where code is to go: an ecosystem, a generation of its chips, a framework version, and what is supported there."""
