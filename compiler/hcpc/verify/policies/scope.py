"""Where an entry of a Policy applies: below its own directory, and within its `scope`."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from hcpc.resolve.scope import sees


class Whereabouts(NamedTuple):
    """What scopes ask of a cluster, or of a document that is for many: then only where it is."""

    directory: str
    cluster: str = ""
    labels: Mapping[str, str] = {}
    management_cluster: str = ""
    platform: str = ""


def fits(scope: Mapping[str, Any], where: Whereabouts) -> bool:
    """Whether all fits that a `scope` says."""
    labels = scope.get("clusterLabels", {})
    directory = scope.get("directory", "")
    return (
        _matches(scope.get("cluster"), where.cluster)
        and _matches(scope.get("managementCluster"), where.management_cluster)
        and scope.get("platform", where.platform) == where.platform
        and all(where.labels.get(name) == value for name, value in labels.items())
        and sees(where.directory, "/".join(s for s in directory.split("/") if s not in {"", "."}))
    )


def _matches(pattern: str | None, name: str) -> bool:
    return pattern is None or (name != "" and fnmatchcase(name, pattern))
