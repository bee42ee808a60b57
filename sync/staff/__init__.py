"""What staff see of stores and work in the admin."""
