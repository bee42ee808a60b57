"""What people do about what waits, many orders at once: try again, leave out."""
