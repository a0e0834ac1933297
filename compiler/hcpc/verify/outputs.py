"""What a fleet asks for under `outputs` fits what is in it.

Names of management clusters are checked for every fleet: each output has a directory of its name
beside theirs.
"""

import re
from collections.abc import Iterable
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.resolve.document import Document
from hcpc.resolve.fleet import Fleet
from hcpc.resolve.scope import Environment
from hcpc.syntax.tree import key_span
from hcpc.verify.fleet import Summary

OUTPUTS = ("argocd", "flux")
"""Formats that a fleet may ask for, and so directories that are theirs."""
# Flux writes the name of a Kustomization into a label of all its objects.
_LONGEST_NAME = 63
_SUFFIX = "-hostedcluster"
_FLUX_URL = re.compile(r"(?:https?|ssh)://", re.ASCII)


def check_outputs(
    fleet: Fleet, environment: Environment, clusters: Iterable[Summary], sink: Sink
) -> None:
    """Report outputs that cannot be made, and management clusters that are in their way."""
    owners = {
        document.name: document
        for document in environment.documents
        if document.kind == "ManagementCluster"
    }
    for name in sorted(owners.keys() & OUTPUTS):
        sink.report(
            codes.RESERVED_NAME,
            owners[name].name_span,
            f"name `{name}` is reserved for the directory of an output",
            help="rename the management cluster",
        )
    outputs: dict[str, dict[str, Any]] = fleet.data.get("outputs", {})
    _check_repository(fleet, outputs, sink)
    if "argocd" in outputs and (destinations := outputs["argocd"].get("destinations")):
        unread = {name for name in destinations if _is_unread(name, environment)}
        _check_destinations(fleet, destinations, owners, unread, sink)
    if "flux" in outputs:
        _check_names(clusters, sink)


def _check_repository(fleet: Fleet, outputs: dict[str, dict[str, Any]], sink: Sink) -> None:
    tree = fleet.document.tree
    repository: str = fleet.data.get("repository", "")
    cloning = [name for name, settings in outputs.items() if "sourceRef" not in settings]
    if cloning and not repository:
        sink.report(
            codes.NO_REPOSITORY,
            key_span(tree, ("spec", "outputs", cloning[0])),
            f"`{cloning[0]}` has to clone the fleet's repository, which is not named",
            help="say where: `repository: https://…` in the spec of the Fleet",
        )
    elif "flux" in cloning and not _FLUX_URL.match(repository):
        sink.report(
            codes.BAD_FORMAT,
            key_span(tree, ("spec", "repository")),
            "Flux clones from `https://`, `http://` or `ssh://` only",
            secondary=(Label(key_span(tree, ("spec", "outputs", "flux")), "asked for here"),),
            help="name the repository by such a URL, or give `flux` a `sourceRef`",
        )


def _is_unread(name: str, environment: Environment) -> bool:
    """Whether a name stands in a file that could not be read; it has its own finding then."""
    return any(name in file.text for file in environment.unread)


def _check_destinations(
    fleet: Fleet,
    destinations: dict[str, Any],
    owners: dict[str, Document],
    unread: set[str],
    sink: Sink,
) -> None:
    path = ("spec", "outputs", "argocd", "destinations")
    for name in sorted(destinations.keys() - owners.keys() - unread):
        label = did_you_mean(name, owners)
        sink.report(
            codes.UNKNOWN_DESTINATION,
            key_span(fleet.document.tree, (*path, name)),
            f"there is no management cluster `{name}`",
            label=label,
            help="" if label else f"management clusters: {listed(sorted(owners))}",
        )
    for name in sorted(owners.keys() - destinations.keys()):
        sink.report(
            codes.NO_DESTINATION,
            owners[name].name_span,
            f"management cluster `{name}` has no destination in Argo CD",
            secondary=(Label(key_span(fleet.document.tree, path), "others have one here"),),
            help="add its name or server there; without one its clusters would go to Argo CD's own",
        )


def _check_names(clusters: Iterable[Summary], sink: Sink) -> None:
    for cluster in clusters:
        longest = f"{cluster.name}{_SUFFIX}"
        if len(longest) > _LONGEST_NAME:
            sink.report(
                codes.OUTPUT_NAME_TOO_LONG,
                cluster.name_span,
                f"Flux Kustomization `{longest}` is longer than {_LONGEST_NAME} characters",
                help=f"with `flux`, a name has up to {_LONGEST_NAME - len(_SUFFIX)} characters",
            )
