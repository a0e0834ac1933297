"""Tombstones as data: which objects may be deleted, and where that is written.

Read from the trees, without the models: whether a document is sound is told elsewhere.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.resolve.complete import NAMESPACE
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment
from hcpc.source.secrets import without
from hcpc.source.text import Span
from hcpc.syntax.tree import Scalar, find, nearest_span

_WAYS = {"hostedCluster": HOSTED_CLUSTER, "nodePool": NODE_POOL}


class Buried(NamedTuple):
    """An object that may be deleted, by what identifies it.

    It lies on the management cluster; or `inside` the hosted cluster of this name, where that is
    not empty. That of a HostedCluster holds for all its NodePools too.
    """

    management_cluster: str
    inside: str
    kind: str
    namespace: str
    name: str


class Tombstone(NamedTuple):
    """Leave to delete an object: who answers for it, and why it may go.

    `group` is that of its API, where that does not follow from the kind.
    """

    buried: Buried
    owner: str
    reason: str
    document: Document
    group: str = ""

    def span(self, *field: str) -> Span:
        """Where a field of its spec stands, or what is around it."""
        return nearest_span(self.document.tree, ("spec", *field))

    @property
    def place(self) -> Span:
        """Where it names what may be deleted."""
        ways = {HOSTED_CLUSTER: ("hostedCluster",), NODE_POOL: ("nodePool",)}
        return self.span(*ways.get(self.buried.kind, ("object", "name")))


def read_tombstones(environment: Environment) -> tuple[Tombstone, ...]:
    """All tombstones of a fleet that say what they are for, by that; of equal ones, as they stand.

    Read once in a process.
    """
    known = environment.made.get(Tombstone)
    if not isinstance(known, tuple):
        documents = [each for each in environment.documents if each.kind == "Tombstone"]
        found = [each for document in documents for each in _tombstone(document)]
        found.sort(key=lambda each: each.buried)
        known = environment.made[Tombstone] = tuple(found)
    return known


def _tombstone(document: Document) -> Iterator[Tombstone]:
    management, owner, reason = (
        _text(document, field) for field in ("managementCluster", "owner", "reason")
    )
    buried = [
        Buried(management, "", kind, _text(document, "namespace") or NAMESPACE, name)
        for field, kind in _WAYS.items()
        if (name := _text(document, field))
    ]
    kind, name, namespace, inside = (
        _text(document, "object", field) for field in ("kind", "name", "namespace", "inside")
    )
    if kind and name:
        buried.append(Buried(management, inside, kind, namespace, name))
    if len(buried) == 1 and management:
        source = document.file.text
        told = without(owner, source), without(reason, source)
        yield Tombstone(buried[0], *told, document, _text(document, "object", "group"))


def _text(document: Document, *field: str) -> str:
    found = find(document.tree, ("spec", *field))
    return found.text if isinstance(found, Scalar) and found.value is not None else ""
