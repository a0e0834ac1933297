"""Tests of `hcpc.overlay`."""
