"""Tests of `hcpc.source`."""
