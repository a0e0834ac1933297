"""hcpc: a compiler for fleets of OpenShift hosted control planes."""

from typing import Final

__version__ = "0.1.0"

API_GROUP: Final = "hcpc.dev"
API_VERSION: Final = "hcpc.dev/v1alpha1"
"""Of the documents that people write, and of the ones that we write for programs."""
