"""A release of a minor version that the management cluster's operator does not know never starts.

Source: HyperShift, support/supportedversion/version.go.
"""

import re

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.resolve.cluster import Cluster
from hcpc.syntax.tree import Path, nearest_span
from hcpc.verify.subject import Subject

_MINOR = re.compile(r"(\d+)\.(\d+)")
_TAG = re.compile(r":v?(\d+\.\d+\.\d+)[^/]*\Z")
_FOUR, _FIVE, _SAME = 4, 5, 23
"""4.23 is 5.0, and so on: the major versions overlap."""
_SKIPPED = "hypershift.openshift.io/skip-release-image-validation"


def check(subject: Subject, sink: Sink) -> None:
    """Refuse releases of the cluster and its pools that are not in `supportedVersions`."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    supported: list[str] = management.data.get("supportedVersions", [])
    if not supported or _SKIPPED in cluster.spec.get("annotations", {}):
        return
    known = {_number(each) for each in supported}
    paths: list[Path] = [("release",), ("controlPlane", "release")]
    paths += [("nodePools", name, "release") for name in cluster.spec["nodePools"]]
    for path in paths:
        # What a pool takes over from its cluster is told once, at the cluster's release.
        version = _version(cluster, path) if path not in cluster.filled else ""
        if version and _number(version) not in known:
            sink.report(
                codes.UNSUPPORTED_RELEASE,
                cluster.span(path),
                f"management cluster `{management.name}` does not support release `{version}`",
                secondary=(
                    Label(
                        nearest_span(management.tree, ("supportedVersions",)),
                        f"it supports {listed(supported)}",
                    ),
                ),
                help="choose a release that it supports, or upgrade its operator first",
            )


def _version(cluster: Cluster, path: Path) -> str:
    """The version of a release, as the catalog or else the image's tag has it."""
    if path in cluster.versions:
        return cluster.versions[path]
    image: object = cluster.spec
    for step in path:
        image = image.get(step) if isinstance(image, dict) else None
    found = _TAG.search(image) if isinstance(image, str) else None
    return found[1] if found else ""


def _number(version: str) -> tuple[int, int]:
    """Major and minor version, 5.x as the 4.x that it is too."""
    found = _MINOR.match(version)
    major, minor = (int(found[1]), int(found[2])) if found else (0, 0)
    return (_FOUR, minor + _SAME) if major == _FIVE else (major, minor)
