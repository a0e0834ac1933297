"""What git wants inside hosted clusters: each is opened with its kubeconfig, and visited.

Nothing that goes wrong with one of them is an error of the round, nor of another one. Inside there
are an inventory and tombstones of their own.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.crew import Crew
from hcpc.sync.errors import SyncError
from hcpc.sync.events import GuestFinished, Phase, PhaseStarted
from hcpc.sync.inventory import InventoryStore
from hcpc.sync.records import Desired, Observed, Owned, RenderedTree, Result, Round, SyncData
from hcpc.sync.settings import RoundSettings
from hcpc.sync.visit import Place, visit

AT_A_TIME = 4
NAMESPACE = "hcpc-system"
"""Of the inventory inside a hosted cluster."""
_KEY = "kubeconfig"


class _Guest(NamedTuple):
    """A hosted cluster to look into."""

    name: str
    host: ObjectRef
    tree: RenderedTree
    delivered: frozenset[ObjectRef]


class _NotNowError(SyncError):
    """A hosted cluster is not to be looked into now."""


def visit_guests(store: InventoryStore, outer: Round, settings: RoundSettings) -> dict[str, Round]:
    """Rounds inside hosted clusters, by name; `outer` is that of their management cluster.

    `store` remembers inside which of them there may be objects of ours.
    """
    tree = outer.tree
    assert tree is not None
    guests = list(_guests(tree, store.guests))
    if not guests and not store.guests:
        return {}
    settings.on_event(PhaseStarted(Phase.GUESTS, len(guests), commit=outer.commit))
    if not settings.dry_run and settings.may_write():
        store.record_guests({*store.guests, *tree.guests})
    share = max(1, settings.concurrency // AT_A_TIME)
    visitor = _Visitor(outer, settings._replace(concurrency=share))
    with Crew(AT_A_TIME, settings.stop) as crew:
        rounds = dict(crew.each(visitor.visit, guests))
    if not settings.dry_run and settings.may_write():
        store.record_guests(_remaining(store.guests, outer, rounds))
    return rounds


def _guests(tree: RenderedTree, known: frozenset[str]) -> Iterable[_Guest]:
    """Those that git wants something in, and those that still may have what it wanted once."""
    hosts = {each.cluster: each.ref for each in tree.objects if each.ref.kind == HOSTED_CLUSTER}
    for name in sorted({*tree.guests, *known}):
        if name in hosts:
            wanted = tree.guests.get(name, ())
            data = SyncData(tombstones=tree.data.guest_tombstones.get(name, ()))
            inner = RenderedTree(name, tree.commit, wanted, data=data)
            yield _Guest(name, hosts[name], inner, tree.delivered.get(name, frozenset()))


def _remaining(known: frozenset[str], outer: Round, rounds: Mapping[str, Round]) -> frozenset[str]:
    """Without hosted clusters that are gone, and those that nothing of ours is in."""
    tree = outer.tree
    assert tree is not None
    everything: list[Desired | Owned] = [*tree.objects, *outer.inventory.values()]
    hosts = {each.cluster for each in everything if each.ref.kind == HOSTED_CLUSTER}
    clean = {
        name
        for name, each in rounds.items()
        if name not in tree.guests and not each.error and not each.inventory
    }
    return frozenset(name for name in known if name in hosts and name not in clean)


class _Visitor:
    """Goes into hosted clusters of one management cluster; for several threads."""

    def __init__(self, outer: Round, settings: RoundSettings) -> None:
        self._outer = outer
        self._settings = settings
        self._left_alone = {
            each.action.ref: each.message
            for each in outer.outcomes
            if each.result is Result.SKIPPED and each.action.ref.kind == HOSTED_CLUSTER
        }

    def visit(self, guest: _Guest) -> tuple[str, Round]:
        """What came of one; whatever goes wrong is told in it."""
        now = self._settings.now()
        error = ""
        try:
            found = self._visit(guest)
        except SyncError as fault:
            error = str(fault)
        except Exception as fault:  # noqa: BLE001  # one hosted cluster must not stop the others
            error = f"internal error: {type(fault).__name__}"
        if error:
            found = Round(
                guest.name,
                now,
                self._settings.now(),
                self._outer.commit,
                error,
                guest.tree,
                dry_run=self._settings.dry_run,
            )
        self._settings.on_event(GuestFinished(guest.name, found.error))
        return guest.name, found

    def _visit(self, guest: _Guest) -> Round:
        kubeconfig = self._kubeconfig(guest)
        connect = self._settings.connect_guest
        with connect(guest.name, kubeconfig, self._settings.stop) as cluster:
            store = InventoryStore(cluster, guest.name, NAMESPACE)
            place = Place(cluster, store, guest.name, guest.delivered)
            return visit(place, guest.tree, self._settings)

    def _kubeconfig(self, guest: _Guest) -> bytes:
        """That of the Secret that the HostedCluster names. SyncError when it is not to be used."""
        name = _kubeconfig_name(self._usable(guest.host))
        ref = ObjectRef("", "Secret", guest.host.namespace, name)
        secret = self._settings.cluster.get(ref, "v1")
        if secret is None:
            raise _NotNowError(f"{ref}, its kubeconfig, is not in the management cluster")
        return _decoded(secret, ref)

    def _usable(self, host: ObjectRef) -> Observed:
        if host in self._left_alone:
            raise _NotNowError(f"left alone: {self._left_alone[host]}")
        observed = self._outer.live.control_planes.get(f"{host.namespace}/{host.name}")
        if observed is None:
            raise _NotNowError("the hosted cluster is not there yet")
        if observed.deleting:
            raise _NotNowError("the hosted cluster is being deleted")
        if not _is_available(observed):
            raise _NotNowError("the hosted cluster is not available yet")
        return observed


def _is_available(observed: Observed) -> bool:
    conditions = observed.status.get("conditions") or ()
    return any(
        each.get("type") == "Available" and each.get("status") == "True" for each in conditions
    )


def _kubeconfig_name(observed: Observed) -> str:
    name = (observed.status.get("kubeconfig") or {}).get("name")
    if not name:
        raise _NotNowError("the hosted cluster has no kubeconfig yet")
    return str(name)


def _decoded(secret: Mapping[str, Any], ref: ObjectRef) -> bytes:
    try:
        return base64.b64decode((secret.get("data") or {})[_KEY], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise SyncError(f"{ref} has no usable key `{_KEY}`") from None
