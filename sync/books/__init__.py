"""The books as pages, files and papers, each line with the store that it came from."""
