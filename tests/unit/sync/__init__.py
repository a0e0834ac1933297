"""Tests of `hcpc.sync`."""
