"""Processes that keep each other alive."""
