"""What formats for GitOps tools share: kustomizations over the rendered tree that change no file.

The objects stay where `kustomize` writes them. A tool gets directories of its own, which take the
rendered ones as bases, leave out what belongs to another wave, and add the tool's annotations.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL

GUARDED = (HOSTED_CLUSTER, "Namespace", NODE_POOL, "Secret")
"""Kinds that nothing ever removes by omission."""
IN_USE = "ConfigMap"
"""Kind that may be in use after nobody names it any more: nodes still start with it."""

# What a patch says of itself where its target says what it is for.
_ANY: dict[str, Any] = {"apiVersion": "any/v1", "kind": "Any", "metadata": {"name": "any"}}


def annotate(
    annotations: Mapping[str, str], kinds: Iterable[str], name: str = "", *, unless: str = ""
) -> dict[str, Any]:
    """A patch that adds annotations to objects of some kinds.

    To the one of a name, if one is given; to none that has the annotation `unless`.
    """
    target = {"kind": _one_of(kinds)}
    if name:
        target["name"] = name
    if unless:
        target["annotationSelector"] = f"!{unless}"
    metadata = {**_ANY["metadata"], "annotations": dict(annotations)}
    return {"patch": canonical_yaml({**_ANY, "metadata": metadata}), "target": target}


def leave_out(kinds: Iterable[str]) -> dict[str, Any]:
    """A patch that takes objects of some kinds away."""
    return {
        "patch": canonical_yaml({**_ANY, "$patch": "delete"}),
        "target": {"kind": _one_of(kinds)},
    }


def _one_of(kinds: Iterable[str]) -> str:
    """A pattern for kinds; kustomize puts anchors around it, but no brackets."""
    return f"({'|'.join(sorted(set(kinds)))})"
