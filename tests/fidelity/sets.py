"""The CRD sets that are tried, and the objects to begin with."""

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from tests import outside
from tests.fidelity.server import NAME, NAMESPACE, Kind
from tests.fidelity.values import minimal

from hcpc.pipeline import Options, compile_fleet

ROOT = Path(__file__).parents[2]
OWN = "own"
VENDOR = ("hypershift-4.15", "hypershift-4.17", "hypershift-2026.08")
VERSION = "v1beta1"
NOWHERE = Path("not-there")  # what lies where it should is not compiled again

Object = dict[str, Any]


class KubernetesLoader(yaml.CSafeLoader):
    """Reads times as text, as Kubernetes does."""


KubernetesLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Trial(NamedTuple):
    """A set: its CRDs, and of which kinds objects are tried."""

    name: str
    documents: tuple[Object, ...]

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of the version that hcpc writes."""
        return [Kind(document, VERSION) for document in self.documents]


def documents(text: str) -> list[Object]:
    """The objects of a YAML stream."""
    found: list[Object] = [each for each in yaml.load_all(text, KubernetesLoader) if each]
    return found


@cache
def trial(name: str) -> Trial:
    """A set by its name."""
    folder = Path(__file__).parent / "crds" if name == OWN else outside.CRDS / name
    files = sorted(folder.glob("*.yaml"))
    return Trial(name, tuple(each for file in files for each in documents(file.read_text())))


def seeds(kind: Kind) -> list[Object]:
    """Objects of a kind to begin with; where nobody wrote one, what its schema alone suggests."""
    found = [each for each in _written() if each.get("kind") == kind.name]
    found = found or [{**minimal(kind.schema), "kind": kind.name}]
    return [_plain(each, kind) for each in found]


@cache
def _written() -> tuple[Object, ...]:
    """What hcpc compiles from the fleets of this repository, and what the vendor's tool renders."""
    fleets = [ROOT, *sorted((ROOT / "tests/fleets").glob("[!b]*"))]
    compiled = [compile_fleet(fleet, Options("serial"), output=NOWHERE) for fleet in fleets]
    texts = [
        text
        for result in compiled
        for path, text in result.files.items()
        if Path(path).name.startswith(("hostedcluster", "nodepool-"))
    ]
    texts += [file.read_text() for file in sorted(outside.EXAMPLES.glob("*.yaml"))]
    return tuple(each for text in dict.fromkeys(texts) for each in documents(text))


def _plain(body: Object, kind: Kind) -> Object:
    metadata = {
        name: value
        for name, value in (body.get("metadata") or {}).items()
        if name in {"labels", "annotations"}
    }
    metadata |= {"name": NAME, "namespace": NAMESPACE}
    return {**body, "apiVersion": kind.api_version, "metadata": metadata}
