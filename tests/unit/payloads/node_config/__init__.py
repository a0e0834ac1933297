"""Tests of `hcpc.payloads.node_config`."""
