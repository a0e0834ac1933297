"""Tests of `hcpc.verify`."""
