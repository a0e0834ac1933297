"""Tests of `hcpc.payloads`."""
