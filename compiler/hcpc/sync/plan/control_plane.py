"""Whether a node pool may have its release already: its control plane has to be there first.

The operator measures a NodePool against the newest version that the control plane has completed,
and against the release of the spec while there is none (HyperShift, nodepool ValidReleaseImage).
"""

from collections.abc import Mapping
from typing import Any

from hcpc.cel.library import semver
from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.records import Desired, Live, Observed, RenderedTree


def hosted_cluster_of(pool: Desired) -> ObjectRef:
    """The HostedCluster that a NodePool belongs to."""
    name = pool.body.get("spec", {}).get("clusterName", "")
    return ObjectRef(pool.ref.group, HOSTED_CLUSTER, pool.ref.namespace, name)


def waits_for_control_plane(
    pool: Desired, tree: RenderedTree, live: Live, wanted: Mapping[ObjectRef, Desired]
) -> str:
    """What a NodePool waits for, in words; empty when nothing is in its way."""
    image = _image(pool.body.get("spec", {}))
    there = live.objects.get(pool.ref)
    if not image or (there is not None and _image(there.spec) == image):
        return ""
    ref = hosted_cluster_of(pool)
    control_plane = live.objects.get(ref) or live.control_planes.get(f"{ref.namespace}/{ref.name}")
    if control_plane is None:
        return ""
    asked = _image(wanted[ref].body.get("spec", {})) if ref in wanted else ""
    history = _history(control_plane)
    completed = next((each for each in history if each.get("completionTime")), None)
    if completed is None:
        at = _image(control_plane.spec)
        if asked not in {"", at}:  # applied before the node pool is
            at = asked
    else:
        at = str(completed.get("image") or "")
    if at == image:
        return ""
    versions = _versions(tree, history)
    ahead = _is_ahead(versions.get(image, ""), versions.get(at, ""))
    if ahead is None:
        # Nothing tells which of the two is newer, but for what the control plane is about to run.
        ahead = completed is not None and image in {asked, _image(control_plane.spec)}
    if not ahead:
        return ""
    return (
        f"the control plane runs {versions.get(at) or at}; the node pool gets "
        f"{versions.get(image) or image} when the control plane has completed it"
    )


def _image(spec: Mapping[str, Any]) -> str:
    return str((spec.get("release") or {}).get("image") or "")


def _history(control_plane: Observed) -> list[dict[str, Any]]:
    """Newest first."""
    version: Mapping[str, Any] = control_plane.status.get("version") or {}
    return [each for each in version.get("history") or () if isinstance(each, dict)]


def _versions(tree: RenderedTree, history: list[dict[str, Any]]) -> dict[str, str]:
    """Versions by release image: what the cluster says, and before that what git says."""
    told = {str(each.get("image") or ""): str(each.get("version") or "") for each in history}
    return told | dict(tree.data.releases)


def _is_ahead(version: str, other: str) -> bool | None:
    """Whether a version is newer than another one; None when they cannot be compared."""
    if not (semver.is_semver(version) and semver.is_semver(other)):
        return None
    return semver.is_greater(semver.parse(version), semver.parse(other))
