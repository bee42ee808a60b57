"""Asking a store: polls, back-fills, looks, imports of chosen orders; its webhooks in order."""
