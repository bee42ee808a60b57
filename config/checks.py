"""Checks of the settings: what a production installation still lacks, by name."""
