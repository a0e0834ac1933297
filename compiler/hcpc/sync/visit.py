"""One cluster brought to what git wants of it: observe → plan → execute → observe.

The same for a management cluster and for what is inside a hosted cluster.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.apply import Terms, execute
from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.apply.second_look import Judge, second_judge
from hcpc.sync.errors import SyncError
from hcpc.sync.events import Event, OutcomeMade, Phase, PhaseStarted
from hcpc.sync.observe.observe import HOST_KINDS, observe_all, observe_hosts
from hcpc.sync.plan.plan import make_plan
from hcpc.sync.ports import Cluster
from hcpc.sync.records import Inventory, Live, Outcome, Plan, RenderedTree, Result, Round
from hcpc.sync.rewind import RewindError, admit
from hcpc.sync.settings import RoundSettings
from hcpc.sync.which_cluster import Told, WrongClusterError, identified

_CHANGED = {
    Result.CREATED,
    Result.CONFIGURED,
    Result.ADOPTED,
    Result.PRUNED,
    Result.RELEASED,
    Result.DELETING,
}


Review = Callable[[Plan], Plan | None]


def as_it_is(plan: Plan) -> Plan:
    """The review of a plan that nothing is to be said of."""
    return plan


class Place(NamedTuple):
    """A cluster to visit, and its inventory there.

    `guest` names the hosted cluster that it is, and is empty for a management cluster. Objects of
    `handed_over` are brought by somebody else from now on. `told` is what the status branch says of
    the cluster, None where no such question is. `review` has the last word on a plan, which may be
    another one, or None: then it is not carried out.
    """

    cluster: Cluster
    store: InventoryStore
    guest: str = ""
    handed_over: frozenset[ObjectRef] = frozenset()
    told: Told | None = None
    review: Review = as_it_is


def visit(place: Place, tree: RenderedTree, settings: RoundSettings) -> Round:
    """Everything that can be done now. Raises no SyncError: the round tells what went wrong."""
    before = Counter(place.cluster.calls)
    visitor = _Visitor(place, tree, settings)
    try:
        visitor.all()
    except SyncError as error:
        is_wrong = isinstance(error, WrongClusterError)
        visitor.round = visitor.round._replace(error=str(error), wrong_cluster=is_wrong)
    calls = Counter(place.cluster.calls) - before
    return visitor.round._replace(ended=settings.now(), calls=calls)


class _Visitor:
    """A visit under way; `round` is what is known of it so far."""

    def __init__(self, place: Place, tree: RenderedTree, settings: RoundSettings) -> None:
        self._place = place
        self._tree = tree
        self._settings = settings
        now = settings.now()
        self.round = Round(
            tree.management_cluster,
            started=now,
            ended=now,
            commit=tree.commit,
            tree=tree,
            dry_run=settings.dry_run,
        )

    def all(self) -> None:
        """Every step, in order; SyncError when one cannot be taken."""
        inventory = self._inventory()
        self.round = self.round._replace(inventory=inventory)
        self._admit(inventory)
        self._begin(Phase.OBSERVE)
        live = self._observe(inventory)
        self.round = self.round._replace(live=live)
        self._begin(Phase.PLAN)
        plan = make_plan(
            self._tree,
            inventory,
            live,
            self._settings.limits,
            self._settings.now(),
            inventory_fault=self._why_nothing_goes(inventory, live),
            elsewhere=self._place.store.elsewhere,
        )
        self.round = self.round._replace(plan=plan)
        reviewed = self._place.review(plan)
        if reviewed is None:
            return
        plan = reviewed
        self.round = self.round._replace(plan=plan)
        self._begin(Phase.APPLY, len(plan.actions))
        done = execute(plan, self._terms(), self._told)
        self.round = self.round._replace(outcomes=done.outcomes, error=done.error)
        if not self._settings.dry_run:
            self.round = self.round._replace(inventory=dict(self._place.store.inventory))
        if not done.error and not self._settings.dry_run and _anything_changed(done.outcomes):
            self._begin(Phase.HEALTH)
            live = self._observe(self._place.store.inventory)
            self.round = self.round._replace(live=live)

    def _inventory(self) -> Inventory:
        """What is ours, without what somebody else brings from now on."""
        store = self._place.store
        inventory = dict(store.load())
        self._identify()
        gone = self._place.handed_over.intersection(inventory)
        if gone and not self._settings.dry_run and self._settings.may_write():
            store.record(dict.fromkeys(gone))
        return {ref: owned for ref, owned in inventory.items() if ref not in gone}

    def _admit(self, inventory: Inventory) -> None:
        """Nothing is done for a commit that goes back; how the cluster is can still be told."""
        if self._place.guest:
            return
        try:
            admit(self._tree.commit, self._place.store, self._settings)
        except RewindError:
            with suppress(SyncError):
                self.round = self.round._replace(live=self._observe(inventory))
            raise

    def _identify(self) -> None:
        """Nothing is written to a cluster that is not the one of this name."""
        place, settings = self._place, self._settings
        if place.told is None:
            return
        name, moved = settings.management_cluster, settings.moved_here
        uid = identified(place.cluster, place.store, place.told, name, moved_here=moved)
        self.round = self.round._replace(uid=uid)
        if not settings.dry_run and settings.may_write():
            place.store.record_identity(uid)

    def _why_nothing_goes(self, inventory: Inventory, live: Live) -> str:
        return self._place.store.fault or _unread_hosts(live) or self._lost_tree(inventory)

    def _lost_tree(self, inventory: Inventory) -> str:
        """Why nothing is deleted inside a hosted cluster that git says nothing of any more."""
        meant = any(each.ref in inventory for each in self._tree.data.tombstones)
        if not self._place.guest or self._tree.objects or meant:
            return ""
        return (
            "git no longer wants anything inside, which is taken for a mistake; a tombstone of one "
            "of the objects says that it is meant"
        )

    def _observe(self, inventory: Inventory) -> Live:
        return observe_all(
            self._place.cluster,
            self._tree,
            inventory,
            self._settings.stop,
            hosts=not self._place.guest,
        )

    def _terms(self) -> Terms:
        settings = self._settings
        return Terms(
            self._place.cluster,
            self._place.store,
            settings.now,
            settings.may_write,
            settings.stop,
            settings.concurrency,
            settings.dry_run,
            None if self._place.guest or settings.dry_run else self._second_judge,
        )

    def _second_judge(self) -> Judge:
        """By what the cluster has of hosted clusters at this moment."""
        store, settings = self._place.store, self._settings
        inventory = store.inventory
        live = observe_hosts(
            self._place.cluster, self._tree, inventory, self.round.live, settings.stop
        )
        now = settings.now()
        return second_judge(self._tree, inventory, live, settings.limits, now, store.elsewhere)

    def _begin(self, phase: Phase, total: int = 0) -> None:
        self._tell(PhaseStarted(phase, total, self._place.guest, self._tree.commit))

    def _told(self, outcome: Outcome) -> None:
        self._tell(OutcomeMade(outcome, self._place.guest))

    @property
    def _tell(self) -> Callable[[Event], None]:
        return self._settings.on_event


def _anything_changed(outcomes: tuple[Outcome, ...]) -> bool:
    return any(each.result in _CHANGED for each in outcomes)


def _unread_hosts(live: Live) -> str:
    """Why it is not known who uses what: then nothing may be deleted."""
    for group, kind in sorted(HOST_KINDS):
        reason = live.unread.get(f"{group}/{kind}")
        if reason:
            return f"{kind}s cannot be read, so nothing is deleted: {reason}"
    return ""
