"""A release of a minor version that the management cluster's operator does not know never starts.

Source: HyperShift, support/supportedversion/version.go.
"""

from collections.abc import Iterator

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.kube.loose import mapping
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath, nearest_span
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE, minor, release_of
from hcpc.verify.subject import Subject

_SKIPPED = "hypershift.openshift.io/skip-release-image-validation"


def check(subject: Subject, sink: Sink) -> None:
    """Refuse releases of the cluster and its pools that are not in `supportedVersions`."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    supported: list[str] = management.data.get("supportedVersions", [])
    if not supported or _SKIPPED in mapping(subject.value(("metadata", "annotations"))):
        return
    known = {minor(each) for each in supported}
    for manifest, path in _releases(subject):
        version = release_of(get(manifest.body, path), cluster.scope).version
        if version and minor(version) not in known:
            sink.report(
                codes.UNSUPPORTED_RELEASE,
                subject.span(manifest, path),
                f"management cluster `{management.name}` does not support release `{version}`",
                secondary=(
                    Label(
                        nearest_span(management.tree, ("supportedVersions",)),
                        f"it supports {listed(supported)}",
                    ),
                ),
                help="choose a release that it supports, or upgrade its operator first",
            )


def _releases(subject: Subject) -> Iterator[tuple[Manifest, FieldPath]]:
    """Where images stand; of a pool's only one that is not its cluster's, which is told there."""
    cluster = subject.hosted_cluster
    yield cluster, RELEASE
    yield cluster, CONTROL_PLANE_RELEASE
    image = subject.value(RELEASE)
    yield from ((pool, RELEASE) for pool in subject.node_pools if get(pool.body, RELEASE) != image)
