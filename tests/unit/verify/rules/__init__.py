"""Tests of `hcpc.verify.rules`."""
