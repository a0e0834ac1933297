"""Tests of `hcpc.sync.cluster`."""
