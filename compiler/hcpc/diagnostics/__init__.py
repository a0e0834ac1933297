"""What we tell people: codes, diagnostics, the sink that collects them, and suggestions."""
