"""Tests of `hcpc.verify.fleet`."""
