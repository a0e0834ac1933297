"""Tests of `hcpc.sync.serve`."""
