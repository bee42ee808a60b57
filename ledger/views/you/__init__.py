"""A person's own settings: they belong to nobody else, whatever the company."""
