"""Tests of `hcpc.diagnostics.render`."""
