"""Output formats: one file each, one line each in `FORMATS`."""
