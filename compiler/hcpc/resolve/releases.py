"""From versions to images: the release catalog's part in a cluster."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.resolve import messages
from hcpc.resolve.scope import Release
from hcpc.spec import near_misses
from hcpc.spec.messages import bad_value
from hcpc.spec.types import is_image_reference
from hcpc.syntax.tree import Mapping, Path, Scalar, find, nearest_span

MULTI = "multi"


def check_releases(tree: Mapping, releases: dict[str, Release], sink: Sink) -> None:
    """Report what no catalog has; works on the tree, so that other faults do not hide it."""
    pools = find(tree, ("nodePools",))
    named = pools.children if isinstance(pools, Mapping) else ()
    paths: list[Path] = [("release",), ("controlPlane", "release")]
    for path in (*paths, *(("nodePools", name, "release") for name in named)):
        value = find(tree, path)
        if isinstance(value, Scalar) and value.text and "${" not in value.text:
            _check(value.text, tree, path, releases, sink)


def _check(text: str, tree: Mapping, path: Path, releases: dict[str, Release], sink: Sink) -> None:
    if "/" in text or "@" in text:
        _check_image(text, tree, path, sink)
    elif text not in releases:
        _report_unknown(text, tree, path, releases, sink)


def pick_images(
    data: dict[str, Any], tree: Mapping, releases: dict[str, Release], sink: Sink
) -> dict[Path, str]:
    """Replace versions by images in a completed spec; returns the versions by path.

    The control plane takes the multi-architecture image when there is one, or else the one image
    that suits all of its pools.
    """
    versions: dict[Path, str] = {}
    pools: dict[str, dict[str, Any]] = data["nodePools"]
    arches = sorted({pool["arch"] for pool in pools.values() if "arch" in pool})
    wanted: list[tuple[dict[str, Any], Path, list[str]]] = [(data, ("release",), arches)]
    if "release" in data.get("controlPlane", {}):
        data["controlPlane"] = dict(data["controlPlane"])
        wanted.append((data["controlPlane"], ("controlPlane", "release"), arches))
    for name, pool in pools.items():
        wanted.append((pool, ("nodePools", name, "release"), [pool.get("arch", "amd64")]))
    for holder, path, needed in wanted:
        release = releases.get(holder["release"])
        if release is None:  # an image; a version that no catalog has is told already
            continue
        versions[path] = release.version
        image = _image(release, needed)
        # What a pool takes over from its cluster is told once, at the cluster's release.
        is_told = sink.has_errors and find(tree, path) is None
        if image:
            holder["release"] = image
        elif release.images and not is_told:
            _report_arch(release, needed, tree, path, sink)
    return versions


def _image(release: Release, arches: list[str]) -> str | None:
    if MULTI in release.images:
        return release.images[MULTI]
    if len(arches) > 1:
        return None
    if arches:
        return release.images.get(arches[0])
    return next(iter(release.images.values()), None)


def _check_image(text: str, tree: Mapping, path: Path, sink: Sink) -> None:
    if not is_image_reference(text):
        sink.report(
            codes.BAD_IMAGE,
            nearest_span(tree, path),
            bad_value(path, text),
            label="expected a version, or a reference such as `quay.io/org/release@sha256:…`",
            help=near_misses.image(text),
        )


def _report_unknown(
    text: str, tree: Mapping, path: Path, releases: dict[str, Release], sink: Sink
) -> None:
    sound = [version for version, release in releases.items() if release.images]
    label = did_you_mean(text, sound)
    sink.report(
        codes.UNKNOWN_RELEASE,
        nearest_span(tree, path),
        f"unknown release `{text}`",
        label=label,
        help="" if label else messages.listing(sound, "releases"),
        subjects=(text,),
    )


def _report_arch(
    release: Release, arches: list[str], tree: Mapping, path: Path, sink: Sink
) -> None:
    wanted = "single image for " if len(arches) > 1 else "image for "
    sink.report(
        codes.ARCH_MISMATCH,
        nearest_span(tree, path),
        f"release `{release.version}` has no {wanted}{listed(arches)}",
        secondary=(Label(release.span, f"has images for {listed(release.images)}"),),
        help="add the `multi` image of this release to its catalog",
    )
