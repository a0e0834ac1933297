"""YAML text to trees that remember where every key and value stands."""
