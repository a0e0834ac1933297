"""Tests of `hcpc.run`."""
