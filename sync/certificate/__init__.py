"""The completeness certificate as people and programs read it."""
