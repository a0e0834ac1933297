"""The index of codes, and the page of each."""
