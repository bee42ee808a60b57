"""The settings of a company: what its members keep, each page with its own rule."""
