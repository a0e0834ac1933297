"""What the stages of a sync hand to each other: plain records, none of which does anything.

`Desired` is what git wants, `Owned` what the inventory knows, `Observed` what the cluster has;
a `Plan` of `Action`s comes of the three, and an `Outcome` of each action.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from hcpc.kube.object_ref import ObjectRef

FIELD_MANAGER = "hcpc"
Path = tuple[str | int, ...]


class Wave(IntEnum):
    """In which order objects are applied; they are deleted in the opposite one."""

    NAMESPACE = 0
    CRD = 1
    CONFIG = 2
    HOSTED_CLUSTER = 3
    NODE_POOL = 4
    REST = 5


class Desired(NamedTuple):
    """An object of the rendered tree.

    `cluster` is the hosted cluster in whose directory it lies, empty for those of the management
    cluster. `digest` is that of its meaning, not of its text. `path` is its file, below the tree.
    """

    ref: ObjectRef
    api_version: str
    body: dict[str, Any]
    digest: str
    wave: Wave
    cluster: str
    path: str


class Tombstone(NamedTuple):
    """Leave to delete an object of a protected kind, and who answers for it.

    With `cluster` it is for every NodePool of this hosted cluster in the namespace of `ref`, which
    then has no name.
    """

    ref: ObjectRef
    reason: str
    owner: str = ""
    cluster: str = ""


class WaiverInForce(NamedTuple):
    """A finding of a hosted cluster that somebody answers for, until a day (`YYYY-MM-DD`).

    Also one whose day is over: what the compiler writes does not depend on today.
    """

    cluster: str
    rule: str
    owner: str
    reason: str
    expires: str


class SyncData(NamedTuple):
    """What the compiler tells the sync, in `sync.yaml` of a rendered tree.

    `releases` are versions by release image. `guest_tombstones` are for objects inside hosted
    clusters, by the hosted cluster's name.
    """

    releases: Mapping[str, str] = MappingProxyType({})
    tombstones: tuple[Tombstone, ...] = ()
    guest_tombstones: Mapping[str, tuple[Tombstone, ...]] = MappingProxyType({})
    waivers: tuple[WaiverInForce, ...] = ()


class Commit(NamedTuple):
    """What a commit says of itself: when it was committed (seconds since 1970), upon which ones."""

    id: str
    seconds: int
    parents: tuple[str, ...] = ()


class RenderedTree(NamedTuple):
    """All that git wants of one management cluster, read in full and verified.

    `guests` are objects inside hosted clusters, by the hosted cluster's name; without those that a
    ManifestWork delivers, which are named in `delivered`.
    """

    management_cluster: str
    commit: str
    objects: tuple[Desired, ...]
    guests: Mapping[str, tuple[Desired, ...]] = MappingProxyType({})
    data: SyncData = SyncData()
    delivered: Mapping[str, frozenset[ObjectRef]] = MappingProxyType({})


class Owned(NamedTuple):
    """What the inventory knows of an object that we applied.

    `uid` is empty from before it is created until its creation is seen. `digest` is that of the
    manifest last applied; `fields` that of the fields that were ours after it, `applied` when (UTC,
    `YYYY-MM-DDTHH:MM:SSZ`). `adopted` says that others made it, `doomed` that we set out to delete
    it. `undone` is how many times in a row, soon after each other, somebody changed it and we took
    that back.
    """

    ref: ObjectRef
    api_version: str
    uid: str
    digest: str
    fields: str
    applied: str
    cluster: str
    wave: Wave
    adopted: bool = False
    doomed: bool = False
    undone: int = 0


Inventory = Mapping[ObjectRef, Owned]


class Difference(NamedTuple):
    """A field that has another value in the cluster than in git.

    `wanted` and `live` are shown as they may be seen by anyone, None where there is no field.
    `manager` is who wrote it last, as far as the cluster tells. Where it `is_private`, the two are
    for a person at a terminal only.
    """

    path: Path
    wanted: str | None
    live: str | None
    manager: str = ""
    is_private: bool = False


class FieldOwner(NamedTuple):
    """A manager of fields of an object: its name, `Apply` or `Update`, and when it last wrote."""

    name: str
    operation: str
    time: str


class Observed(NamedTuple):
    """An object as the cluster has it, without what a sync never looks at.

    `fields` is the digest of the fields that are ours (empty when none are), `others` who else
    owns fields of it, `foreign` fields that git says nothing of and that others added to the spec
    or data, as `MANAGER: FIELD`. `differences` are those from git, empty when every value that git
    gives is there. `paused_by` is who else owns `spec.pausedUntil`. `spec` and `status` are kept of
    HostedClusters and NodePools only.
    """

    ref: ObjectRef
    api_version: str
    uid: str
    resource_version: str
    generation: int = 0
    created: str = ""
    deleting: str = ""
    finalizers: tuple[str, ...] = ()
    labels: Mapping[str, str] = MappingProxyType({})
    annotations: Mapping[str, str] = MappingProxyType({})
    fields: str = ""
    others: tuple[FieldOwner, ...] = ()
    foreign: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    paused_by: str = ""
    spec: Mapping[str, Any] = MappingProxyType({})
    status: Mapping[str, Any] = MappingProxyType({})


class Live(NamedTuple):
    """What the cluster has of the objects that git wants and of those that the inventory knows.

    `busy` says of hosted clusters (as `NAMESPACE/NAME`) that a backup or restore of theirs is under
    way, and which. `unread` says of kinds (as `GROUP/KIND`) why they could not be read; nothing of
    such a kind is touched. `control_planes` are all HostedClusters, `pools` all NodePools,
    including those that nobody manages from git. `not_served` are kinds (as `GROUP/KIND`) that git
    wants objects of and that the cluster does not know.
    """

    objects: Mapping[ObjectRef, Observed]
    busy: Mapping[str, str] = MappingProxyType({})
    unread: Mapping[str, str] = MappingProxyType({})
    control_planes: Mapping[str, Observed] = MappingProxyType({})
    pools: tuple[Observed, ...] = ()
    not_served: frozenset[str] = frozenset()


class Verb(StrEnum):
    """What is to be done with an object."""

    CREATE = "create"
    CONFIGURE = "configure"
    UNCHANGED = "unchanged"
    ADOPT = "adopt"
    WAIT = "wait"
    PRUNE = "prune"
    RELEASE = "release"
    SKIP = "skip"
    FORGET = "forget"


class Cause(StrEnum):
    """Why an object waits or is skipped, for programs; `Action.reason` says it to people."""

    NONE = ""
    PAUSED = "paused"
    BUSY = "backup-or-restore"
    IGNORED = "ignored"
    DEPENDENCY = "dependency"
    CONTROL_PLANE = "control-plane"
    DELETING = "deleting"
    NO_TOMBSTONE = "no-tombstone"
    BUDGET = "budget"
    NO_PRUNE = "no-prune"
    EMPTY_TREE = "empty-tree"
    IN_USE = "in-use"
    UNREAD = "unread"
    NOT_OURS = "not-ours"
    GONE = "gone"
    HUB = "hub"


class Action(NamedTuple):
    """What is to be done with one object, and why."""

    verb: Verb
    ref: ObjectRef
    reason: str = ""
    cause: Cause = Cause.NONE
    desired: Desired | None = None
    observed: Observed | None = None
    owned: Owned | None = None
    force: bool = False

    @property
    def cluster(self) -> str:
        """The hosted cluster it belongs to; empty for what the management cluster needs."""
        if self.desired is not None:
            return self.desired.cluster
        return self.owned.cluster if self.owned is not None else ""


class Plan(NamedTuple):
    """Actions in the order in which they are taken: waves upwards, then removals downwards.

    `prune_stopped` says why nothing at all is pruned, and is empty otherwise.
    """

    actions: tuple[Action, ...]
    prune_stopped: str = ""


class Limits(NamedTuple):
    """How far a sync may go by itself.

    At most `prune_count` objects and `prune_percent` of the inventory are deleted in one sync; a
    few may always be. Seconds after which what still waits, or is left alone, is told as an alarm.
    `recreate` are hosted clusters (`NAMESPACE/NAME`) that somebody deleted and that may be made
    anew, with an empty etcd; `ran` those that are known to have run, also where the inventory does
    not know them.
    """

    prune: bool = True
    prune_count: int = 30
    prune_percent: int = 20
    force_conflicts: bool = False
    stuck_after: int = 2 * 3600
    left_alone_for: int = 24 * 3600
    recreate: frozenset[str] = frozenset()
    ran: frozenset[str] = frozenset()


class Result(StrEnum):
    """What came of an action."""

    CREATED = "created"
    CONFIGURED = "configured"
    UNCHANGED = "unchanged"
    ADOPTED = "adopted"
    WAITING = "waiting"
    PRUNED = "pruned"
    DELETING = "deleting"
    RELEASED = "released"
    SKIPPED = "skipped"
    FORGOTTEN = "forgotten"
    CONFLICT = "conflict"
    FAILED = "failed"


class Conflict(NamedTuple):
    """A field that another manager owns and that git wants to have another value."""

    manager: str
    field: str


class Outcome(NamedTuple):
    """What came of an action.

    `uid` and `fields` are those after it. `differences` are what it changed, or would. `message`
    says what went wrong, or what is waited for. `drift` says that somebody had changed what we had
    applied, `uncertain` that a deletion got no answer, and may have been made.
    """

    action: Action
    result: Result
    message: str = ""
    uid: str = ""
    fields: str = ""
    conflicts: tuple[Conflict, ...] = ()
    differences: tuple[Difference, ...] = ()
    drift: bool = False
    uncertain: bool = False

    @property
    def is_left_to_hub(self) -> bool:
        """Whether it is for the hub to have, so that nothing is missing in this cluster."""
        return self.result is Result.SKIPPED and self.action.cause is Cause.HUB


class HealthState(StrEnum):
    """How an object is."""

    HEALTHY = "healthy"
    PROGRESSING = "progressing"
    DEGRADED = "degraded"
    PAUSED = "paused"
    UNKNOWN = "unknown"


class Health(NamedTuple):
    """How an object is, in words too, and since when as far as it tells (empty when it does not).

    `stuck` says that it has been on its way for longer than it should.
    """

    state: HealthState
    message: str
    since: str = ""
    stuck: bool = False


class Round(NamedTuple):
    """One sync, told: all that status, metrics and the terminal are made of.

    `commit` is the revision that was seen, empty when git could not be read; `error` says why the
    round ended early, and is empty when it did not. `health` is by object, for HostedClusters and
    NodePools that git wants or that the inventory knows. `live` is read again after applying.
    `guests` are rounds inside hosted clusters, by name. `calls` counts requests to the API server.
    `uid` is that of the cluster, empty when it is not known to be the right one; `wrong_cluster`
    says that it is another one, whose round nobody else hears of. `before` is the status branch as
    it was before the round, None when it was not read.
    """

    management_cluster: str
    started: datetime
    ended: datetime
    commit: str = ""
    error: str = ""
    tree: RenderedTree | None = None
    plan: Plan = Plan(())
    outcomes: tuple[Outcome, ...] = ()
    inventory: Inventory = MappingProxyType({})
    live: Live = Live(MappingProxyType({}))
    health: Mapping[ObjectRef, Health] = MappingProxyType({})
    guests: Mapping[str, "Round"] = MappingProxyType({})
    calls: Mapping[str, int] = MappingProxyType({})
    dry_run: bool = False
    uid: str = ""
    wrong_cluster: bool = False
    before: Mapping[str, bytes] | None = None

    @property
    def is_applied(self) -> bool:
        """Whether all that git wants is in the cluster: nothing failed, waits, or was left out."""
        bad = {Result.FAILED, Result.CONFLICT, Result.WAITING, Result.SKIPPED, Result.DELETING}
        return not self.error and not any(
            each.result in bad and not each.is_left_to_hub for each in self.outcomes
        )
