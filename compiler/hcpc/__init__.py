"""hcpc: a compiler for fleets of OpenShift hosted control planes."""

__version__ = "0.1.0"
