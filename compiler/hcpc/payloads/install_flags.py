"""The flags that the operator is installed with: the ConfigMap that the add-on reads them from.

The add-on of the multicluster engine splits both texts at blanks and takes a word that stands
there twice for one; so every flag is one word, `--flag=value`.
Source: the hypershift add-on, pkg/install/hypershift.go.
"""

from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest, manifest
from hcpc.payloads.flag_checks import check_flags
from hcpc.resolve.operator_setup import FLAGS, flags
from hcpc.resolve.scope import ManagementCluster
from hcpc.spec.flag_rules import METRICS_SET
from hcpc.syntax.tree import key_span

NAME, NAMESPACE = "hypershift-operator-install-flags", "local-cluster"
_METRICS_FLAG = METRICS_SET.flags[0]
_REPEATED = {"additional-operator-env-vars", "hcp-egress-block-cidrs"}
"""Flags that are given once for each value; others take all of them, with commas."""


def config_map(management: ManagementCluster, sink: Sink) -> list[Manifest]:
    """The ConfigMap with flags to add and to remove; none without `operator.installFlags`."""
    changes: dict[str, Any] | None = management.data["operator"].get("installFlags")
    if changes is None:
        return []
    check_flags(management, sink)
    added = dict(flags(management))
    if "set" in management.data.get("metrics", {}):
        added.setdefault(_METRICS_FLAG, management.data["metrics"]["set"])
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": NAMESPACE},
        "data": {
            "installFlagsToAdd": " ".join(
                word for name in sorted(added) for word in _words(name, added[name])
            ),
            "installFlagsToRemove": " ".join(
                f"--{name}" for name in sorted(changes.get("remove", ()))
            ),
        },
    }
    return [manifest(body, key_span(management.tree, FLAGS))]


def _words(name: str, value: Any) -> Iterator[str]:
    match value:
        case True:
            yield f"--{name}"
        case False:
            yield f"--{name}=false"
        case dict():
            yield from _words(name, [f"{key}={each}" for key, each in value.items()])
        case list():
            each_alone = value if name in _REPEATED else [",".join(value)]
            yield from (f"--{name}={each}" for each in each_alone)
        case _:
            yield f"--{name}={value}"
