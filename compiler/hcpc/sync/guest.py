"""What git wants inside hosted clusters: each is opened with its kubeconfig, and visited.

Nothing that goes wrong with one of them is an error of the round, nor of another one. Inside there
are an inventory and tombstones of their own. What may be deleted at once is said of all of them
together: where something is to go, it waits until all have been looked into.
"""

import base64
import binascii
import threading
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.crew import Crew
from hcpc.sync.deadline import Deadline
from hcpc.sync.errors import SyncError
from hcpc.sync.events import GuestFinished, Phase, PhaseStarted
from hcpc.sync.plan.guard import REMOVING, held_back, over_budget
from hcpc.sync.records import (
    Cause,
    Limits,
    Observed,
    Plan,
    RenderedTree,
    Result,
    Round,
    SyncData,
)
from hcpc.sync.settings import RoundSettings
from hcpc.sync.visit import Place, Review, visit

AT_A_TIME = 4
NAMESPACE = "hcpc-system"
"""Of the inventory inside a hosted cluster."""
INVENTORY = "guest.hcpc.dev"
"""Its name. It depends on no name in git: those change, and the inventory would be lost."""
SECONDS, SECONDS_OF_ALL = 120, 900
"""For one hosted cluster and for all of a round: what is slower must not hold up the others."""
_KEY = "kubeconfig"


class _Guest(NamedTuple):
    """A hosted cluster to look into."""

    name: str
    host: ObjectRef
    tree: RenderedTree
    delivered: frozenset[ObjectRef]

    @property
    def place(self) -> str:
        """What it is called for as long as it is there; its directory may be renamed."""
        return _place(self.host)


class _Looked(NamedTuple):
    """What came of a look into a hosted cluster.

    `removals` counts what is to be deleted there, for which nothing was done yet; 0 when it is done
    with.
    """

    guest: _Guest
    round: Round
    removals: int = 0


class _NotNowError(SyncError):
    """A hosted cluster is not to be looked into now."""


def visit_guests(store: InventoryStore, outer: Round, settings: RoundSettings) -> dict[str, Round]:
    """Rounds inside hosted clusters, by name; `outer` is that of their management cluster.

    `store` remembers inside which of them there may be objects of ours.
    """
    tree = outer.tree
    assert tree is not None
    guests = _turned(list(_guests(tree, store.guests)), settings.now())
    if settings.stop.is_set() or not (guests or store.guests):
        return {}
    settings.on_event(PhaseStarted(Phase.GUESTS, len(guests), commit=outer.commit))
    if not settings.dry_run and settings.may_write():
        store.record_guests({*store.guests, *(each.place for each in guests)})
    stop = Deadline(settings.stop, SECONDS_OF_ALL)
    share = max(1, settings.concurrency // AT_A_TIME)
    visitor = _Visitor(outer, settings._replace(concurrency=share, stop=stop))
    with Crew(AT_A_TIME, stop) as crew:
        looked = list(crew.each(visitor.look, guests))
        refusal = _refusal(outer, looked, settings.limits)
        waiting = [each for each in looked if each.removals]
        done = list(crew.each(partial(visitor.finish, refusal=refusal), waiting))
    ended = [*(each for each in looked if not each.removals), *done]
    rounds = {each.guest.name: each.round for each in ended}
    if not settings.dry_run and settings.may_write():
        store.record_guests(_remaining(store.guests, outer, rounds))
    return rounds


def _turned(guests: list[_Guest], now: datetime) -> list[_Guest]:
    """The same, begun at another one each minute: time must not run out on the same ones always."""
    first = int(now.timestamp() / 60) % len(guests) if guests else 0
    return guests[first:] + guests[:first]


def guests_of(outer: Round, store: InventoryStore) -> frozenset[str]:
    """The names of those to be looked into in a round, as far as it is known."""
    if outer.tree is None:
        return frozenset()
    return frozenset(each.name for each in _guests(outer.tree, store.guests))


def _guests(tree: RenderedTree, known: frozenset[str]) -> Iterator[_Guest]:
    """Those that git wants something in, and those that still may have what it wanted once.

    `known` are places of the latter.
    """
    hosts = {each.cluster: each.ref for each in tree.objects if each.ref.kind == HOSTED_CLUSTER}
    for name, host in sorted(hosts.items()):
        if name in tree.guests or _place(host) in known:
            wanted = tree.guests.get(name, ())
            data = SyncData(tombstones=tree.data.guest_tombstones.get(name, ()))
            inner = RenderedTree(name, tree.commit, wanted, data=data)
            yield _Guest(name, host, inner, tree.delivered.get(name, frozenset()))


def _place(host: ObjectRef) -> str:
    return f"{host.namespace}/{host.name}"


def _refusal(outer: Round, looked: Iterable[_Looked], limits: Limits) -> str:
    """Why nothing is deleted inside any hosted cluster; empty when the round may."""
    owned = len(outer.inventory) + sum(len(each.round.inventory) for each in looked)
    asked = sum(each.removals for each in looked)
    return over_budget(_removals(outer.plan) + asked, owned, limits) if asked else ""


def _removals(plan: Plan) -> int:
    return sum(each.verb in REMOVING for each in plan.actions)


def _remaining(known: frozenset[str], outer: Round, rounds: Mapping[str, Round]) -> frozenset[str]:
    """Without hosted clusters that are gone, and those that nothing of ours is in."""
    tree = outer.tree
    assert tree is not None
    refs = (*(each.ref for each in tree.objects), *outer.inventory)
    hosts = {_place(ref) for ref in refs if ref.kind == HOSTED_CLUSTER}
    clean = {
        _place(each.ref)
        for each in tree.objects
        if each.ref.kind == HOSTED_CLUSTER
        and each.cluster not in tree.guests
        and each.cluster in rounds
        and not rounds[each.cluster].error
        and not rounds[each.cluster].inventory
    }
    return frozenset(hosts.intersection(known) - clean)


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

    def look(self, guest: _Guest) -> _Looked:
        """All that can be done in one, unless something is to be deleted there: then nothing."""
        counted = 0

        def review(plan: Plan) -> Plan | None:
            nonlocal counted
            counted = _removals(plan)
            return None if counted else plan

        found = self._told(guest, review)
        looked = _Looked(guest, found, 0 if found.error else counted)
        return looked if looked.removals else self._ended(looked)

    def finish(self, looked: _Looked, refusal: str) -> _Looked:
        """All that can be done where something is to be deleted; that too, without a `refusal`."""

        def review(plan: Plan) -> Plan:
            why = refusal
            if _removals(plan) > looked.removals:
                why = why or "more would be deleted than a moment ago; the next round looks again"
            if not why or not _removals(plan):
                return plan
            kept = [held_back(each, Cause.BUDGET, why) for each in plan.actions]
            return Plan(tuple(kept), why)

        return self._ended(looked._replace(round=self._told(looked.guest, review), removals=0))

    def _ended(self, looked: _Looked) -> _Looked:
        self._settings.on_event(GuestFinished(looked.guest.name, looked.round.error))
        return looked

    def _told(self, guest: _Guest, review: Review) -> Round:
        """What came of a visit; whatever goes wrong is told in it."""
        now, stop = self._settings.now(), Deadline(self._settings.stop, SECONDS)
        error = ""
        try:
            found = self._visit(guest, review, stop)
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
        if found.error and stop.is_over:
            found = found._replace(error=f"it took too long: {found.error}")
        return found

    def _visit(self, guest: _Guest, review: Review, stop: threading.Event) -> Round:
        kubeconfig = self._kubeconfig(guest)
        with self._settings.connect_guest(guest.name, kubeconfig, stop) as cluster:
            store = InventoryStore(cluster, INVENTORY, NAMESPACE)
            place = Place(cluster, store, guest.name, guest.delivered, review=review)
            return visit(place, guest.tree, self._settings._replace(stop=stop))

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
