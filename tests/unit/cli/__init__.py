"""Tests of `hcpc.cli`."""
