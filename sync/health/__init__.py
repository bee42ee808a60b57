"""Whether a store is heard and its deliveries are well; what was found, done and mailed."""
