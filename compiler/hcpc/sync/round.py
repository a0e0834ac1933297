"""One sync of one management cluster: fetch → read → observe → plan → execute → observe → health.

It may be killed at any point: the next round comes to the same end.
"""

import threading
from collections.abc import Iterator
from datetime import datetime

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.errors import EndedEarlyError, SyncError
from hcpc.sync.events import Event, Listener, Phase, PhaseStarted
from hcpc.sync.guest import guests_of, visit_guests
from hcpc.sync.health import health_of
from hcpc.sync.observe.observe import HOST_KINDS, observe_all
from hcpc.sync.records import Health, HealthState, RenderedTree, Round
from hcpc.sync.settings import RoundSettings
from hcpc.sync.tree.tree import read_tree
from hcpc.sync.visit import Place, visit
from hcpc.sync.which_cluster import Told, WrongClusterError, identified, told_by


def run_round(settings: RoundSettings) -> Round:
    """What became of it. Raises no SyncError; `error` says what ended it early."""
    settings = settings._replace(on_event=_one_by_one(settings.on_event))
    started = settings.now()
    cluster, name = settings.cluster, settings.management_cluster
    store = InventoryStore(cluster, name, settings.namespace)
    commit, told = "", Told()
    try:
        settings.on_event(PhaseStarted(Phase.FETCH))
        commit = settings.source.fetch()
        settings.on_event(PhaseStarted(Phase.READ, commit=commit))
        told = told_by(settings.status)
        tree = _tree(settings, commit)
    except SyncError as error:
        failed = Round(name, started, started, commit, str(error), dry_run=settings.dry_run)
        found = _looked_at(failed, store, settings, told)
    else:
        settings = settings._replace(limits=settings.limits._replace(ran=told.ran))
        found = visit(Place(cluster, store, told=told), tree, settings)
        found = _with_guests(found, store, settings)
    return _finished(found._replace(before=told.files), started, settings)


def _tree(settings: RoundSettings, commit: str) -> RenderedTree:
    files = settings.source.files(commit, settings.path)
    return read_tree(files, settings.management_cluster, commit, settings.known)


def _looked_at(failed: Round, store: InventoryStore, settings: RoundSettings, told: Told) -> Round:
    """Without a tree nothing is done; how the clusters are can still be told."""
    before = settings.cluster.calls.copy()
    try:
        inventory = store.load()
        name, moved = settings.management_cluster, settings.moved_here
        identified(settings.cluster, store, told, name, moved_here=moved)
        nothing = RenderedTree(settings.management_cluster, failed.commit, ())
        live = observe_all(settings.cluster, nothing, inventory, settings.stop)
        failed = failed._replace(inventory=dict(inventory), live=live)
    except SyncError as error:
        is_wrong = isinstance(error, WrongClusterError)
        failed = failed._replace(error=f"{failed.error}; {error}", wrong_cluster=is_wrong)
    return failed._replace(calls=settings.cluster.calls - before)


def _with_guests(found: Round, store: InventoryStore, settings: RoundSettings) -> Round:
    if found.error or not settings.guests:
        return found
    waiting = guests_of(found, store)
    try:
        found = found._replace(guests=visit_guests(store, found, settings))
    except SyncError as error:
        return found._replace(error=str(error))
    if settings.stop.is_set() and waiting - found.guests.keys():
        return found._replace(error=str(EndedEarlyError()))
    return found


def _finished(found: Round, started: datetime, settings: RoundSettings) -> Round:
    health = {ref: _health(ref, found, settings) for ref in _hosts(found)}
    return found._replace(started=started, ended=settings.now(), health=health)


def _hosts(found: Round) -> Iterator[ObjectRef]:
    """HostedClusters and NodePools that git wants, or that we own."""
    wanted = {each.ref for each in found.tree.objects} if found.tree is not None else set()
    for ref in sorted({*wanted, *found.inventory}):
        if (ref.group, ref.kind) in HOST_KINDS:
            yield ref


def _health(ref: ObjectRef, found: Round, settings: RoundSettings) -> Health:
    observed = found.live.objects.get(ref)
    if observed is None:
        unread = found.live.unread.get(f"{ref.group}/{ref.kind}")
        # An empty cluster that was read to its end leaves no error.
        unread = unread or ("not read" if found.error and not found.live.objects else "")
        return Health(HealthState.UNKNOWN, unread or "not in the cluster")
    try:
        return health_of(observed, settings.now(), settings.limits)
    except Exception as error:  # noqa: BLE001  # what was done has to be told in any case
        return Health(HealthState.UNKNOWN, f"internal error: {type(error).__name__}")


def _one_by_one(listener: Listener) -> Listener:
    """The same listener, called by one thread at a time."""
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            listener(event)

    return tell
