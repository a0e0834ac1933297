"""Tests of `hcpc.emit`."""
