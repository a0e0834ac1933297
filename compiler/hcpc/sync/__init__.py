"""git → plan → guard → apply → observe → status back to git; bundles come in, never specs."""
