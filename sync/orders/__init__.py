"""Orders as people see them, what they wait for, and the answers that people give."""
