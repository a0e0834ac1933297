"""Tests of `hcpc.diagnostics`."""
