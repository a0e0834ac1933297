"""Tests of `hcpc.verify.crd`."""
