"""Every address there is, asked by all who may not. The list comes from the URLs themselves."""
