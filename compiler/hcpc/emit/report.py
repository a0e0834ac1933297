"""What a write plan has to say: what is in its way, what leaves, and with a check what is stale."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.emit.formats import ON_REQUEST
from hcpc.emit.plan import WritePlan
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.resolve.tombstones import Buried, Tombstone
from hcpc.source.text import SourceFile, Span

_SHOWN = 6
_CLUSTER_FILE = "hostedcluster.yaml"
_OF_CLUSTER = re.compile(r"(?P<directory>[^/]+/clusters/[^/]+)/(?P<below>.+)")


def report_plan(
    plan: WritePlan,
    target: str,
    sink: Sink,
    *,
    check: bool,
    allow_removals: bool,
    tombstones: Iterable[Tombstone] = (),
) -> None:
    """Report what a plan has to say; `target` is the output directory, seen from the fleet.

    A hosted cluster that would go is an error unless removals are allowed: a file that was moved
    or overlooked looks just like one that was deleted on purpose. So is an object that would give
    way to another one. Where a tombstone says that it may go, it is only noted.
    """
    desk = _Desk(target, sink)
    _report_obstacles(plan, desk)
    stones = {each.buried: each for each in tombstones}
    all_leaving = [*_removed(plan), *_replaced(plan)]
    for each in all_leaving:
        if each.buried in stones:
            stone = Label(stones[each.buried].place, "this lets it go")
            desk.tell(codes.CLUSTER_REMOVED, each.path, each.message, "", Severity.INFO, (stone,))
    leaving = [each for each in all_leaving if each.buried not in stones]
    severity = Severity.WARNING if allow_removals else Severity.ERROR
    for each in leaving:
        hint = f"{each.remedy}, or let it go with a `Tombstone` or `--allow-removals`"
        near = _near(each.buried, stones)
        desk.tell(codes.CLUSTER_REMOVED, each.path, each.message, hint, severity, near)
    unlisted = [_gone(path) for path in plan.unlisted]
    for each in unlisted:
        directory = f"{target}/{_directory(each.path)}"
        hint = f"{each.remedy}, or remove `{directory}` yourself: no index lists it"
        desk.tell(codes.CLUSTER_REMOVED, each.path, each.message, hint)
    if check:
        refused = [*unlisted, *(() if allow_removals else leaving)]
        told = {each.touches for each in refused} | {_owner(each.path) for each in refused}
        told.update(ON_REQUEST if refused else ())  # their indexes list what is refused
        option = " --allow-removals" if allow_removals and leaving else ""
        _report_stale(plan, told, f"run `hcpc compile{option}` and commit the result", desk)


def removed_clusters(plan: WritePlan) -> set[str]:
    """The names of hosted clusters whose files a plan removes, or finds left behind."""
    found = (_OF_CLUSTER.fullmatch(path) for path in (*plan.remove, *plan.unlisted))
    names = ((each["directory"], each["below"]) for each in found if each)
    return {directory.rpartition("/")[2] for directory, below in names if below == _CLUSTER_FILE}


class _Desk(NamedTuple):
    """Where reports about files below the output directory go."""

    target: str
    sink: Sink

    def tell(
        self,
        code: Code,
        below: str,
        message: str,
        hint: str,
        severity: Severity = Severity.ERROR,
        secondary: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> None:
        place = Span(SourceFile(f"{self.target}/{below}", ""), 0, 0)
        self.sink.report(
            code,
            place,
            message,
            secondary=secondary,
            notes=notes,
            help=hint,
            severity=severity,
        )


class _Leaving(NamedTuple):
    """An object that would leave, what would keep it, and the file or directory that it is."""

    path: str
    message: str
    remedy: str
    touches: str
    buried: Buried


def _near(buried: Buried, stones: Mapping[Buried, Tombstone]) -> tuple[Label, ...]:
    """Tombstones that differ in the namespace, which may be a mistake."""
    return tuple(
        Label(each.place, f"this is for the one in namespace `{other.namespace}`")
        for other, each in stones.items()
        if other._replace(namespace=buried.namespace) == buried
    )


def _report_obstacles(plan: WritePlan, desk: _Desk) -> None:
    for path in plan.foreign:
        message = f"`{desk.target}/{path}` is in the way: hcpc did not write it"
        hint = "move it away, or choose another output directory"
        desk.tell(codes.FOREIGN_FILE, path, message, hint)
    for path in plan.edited:
        message = f"`{desk.target}/{path}` is no longer emitted, but was changed by hand"
        desk.tell(codes.FOREIGN_FILE, path, message, "remove it yourself when it is not needed")
    for path in plan.unreadable:
        index = f"`{desk.target}/{path}`"
        message = f"{index} cannot be read, so files that are no longer emitted cannot be told"
        hint = "restore it from git, or remove it and compile again"
        desk.tell(codes.UNREADABLE_INDEX, path, message, hint)


def _removed(plan: WritePlan) -> Iterator[_Leaving]:
    for path in plan.remove:
        found = _OF_CLUSTER.fullmatch(path)
        if found and found["below"] == _CLUSTER_FILE:
            yield _gone(path, plan.leaving.get(path, ""))


def _gone(path: str, held: str = "") -> _Leaving:
    owner, _, name, _ = path.split("/")
    message = f"hosted cluster `{name}` is no longer in the fleet of `{owner}`"
    buried = _buried(path, HOSTED_CLUSTER, held)
    return _Leaving(path, message, "bring its spec back", _directory(path), buried)


def _replaced(plan: WritePlan) -> Iterator[_Leaving]:
    """Clusters, and node pools of clusters that stay what they are."""
    for path, (old, new) in plan.replaced.items():
        cluster = f"{_directory(path)}/{_CLUSTER_FILE}"
        if path == cluster or cluster not in plan.replaced:
            is_cluster = path == cluster
            kind, title = (
                (HOSTED_CLUSTER, "hosted cluster") if is_cluster else (NODE_POOL, "node pool")
            )
            touches = _directory(path) if is_cluster else path
            message = f"{title} `{old}` would become `{new}`, which is another object"
            remedy = "put its name and namespace back"
            yield _Leaving(path, message, remedy, touches, _buried(path, kind, old))


def _buried(path: str, kind: str, held: str) -> Buried:
    """What a tombstone would have to name; `held` is `NAMESPACE/NAME`."""
    namespace, _, name = held.partition("/")
    return Buried(path.partition("/")[0], "", kind, namespace, name)


def _report_stale(plan: WritePlan, told: Container[str], hint: str, desk: _Desk) -> None:
    """Report what a compilation would change.

    `told` are files, clusters' directories and management clusters that have their own errors.
    """
    changes = sorted((*plan.write, *plan.remove))
    stale = [path for path in changes if path not in told and _changes_with(path) not in told]
    if stale:
        shown = ", ".join(stale[:_SHOWN]) + (", …" if len(stale) > _SHOWN else "")
        message = f"{len(stale)} rendered file{'s are' if len(stale) > 1 else ' is'} stale"
        notes = (shown,) if len(stale) > 1 else ()
        desk.tell(codes.STALE_OUTPUT, stale[0], message, hint, notes=notes)


def _changes_with(path: str) -> str:
    """What a file changes with: its cluster's directory, or above those its management cluster."""
    found = _OF_CLUSTER.fullmatch(path)
    return found["directory"] if found else _owner(path)


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _owner(path: str) -> str:
    """The management cluster that a file is of, or the output that it is of as a whole."""
    first, _, below = path.partition("/")
    return below.partition("/")[0] if first in ON_REQUEST and "/" in below else first
