"""Networks: bare CIDRs where the manifest has objects."""

from typing import Any, NamedTuple

from hcpc.mapping.codec import Unliftable
from hcpc.syntax.tree import Path


class ClusterNetwork(NamedTuple):
    """A pod network: its CIDR alone, or with `hostPrefix` as an object."""

    says: str = "bare, or with `hostPrefix`"

    def lower(self, value: Any) -> Any:
        """The object."""
        return value if isinstance(value, dict) else {"cidr": value}

    def lift(self, value: Any) -> Any:
        """The CIDR alone when there is nothing else."""
        if not isinstance(value, dict) or "cidr" not in value:
            raise Unliftable
        return value if len(value) > 1 else value["cidr"]

    def trace(self, rest: Path, value: Any) -> Path:
        """A bare CIDR stands for its object."""
        return rest if isinstance(value, dict) and len(value) > 1 else ()
