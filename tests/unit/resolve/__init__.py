"""Tests of `hcpc.resolve`."""
