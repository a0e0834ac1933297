"""Rules of the house: what holds for the repository and for what it ships."""
