"""Tests of `hcpc.sync.git`, against real repositories."""
