"""What could not be asked: CRDs of management clusters, and how clusters were at the base."""

from collections.abc import Iterable, Iterator

from hcpc.diagnostics.suggest import listed
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.resolve.scope import Environment
from hcpc.verify.crd.crd_set import CrdError, read_set
from hcpc.verify.fleet.summary import Summary

_LISTED = b'"unchecked": [\n'
CHANGES = "changes of running clusters"
_SHOWN = 3


def unchecked_by_crds(
    environment: Environment, clusters: Iterable[Summary]
) -> tuple[Unchecked, ...]:
    """One entry for each cause: management clusters without a set, and what a set does not say."""
    sets = environment.crd_sets
    used = {each.name: sets.name_for(each) for each in environment.management_clusters()}
    without: dict[str, set[str]] = {}
    lacking: dict[tuple[str, str], set[str]] = {}
    names: set[str] = set()
    for cluster in clusters:
        name = used.get(cluster.management_cluster)
        if name is None:
            continue
        names.add(name)
        if not name:
            without.setdefault(cluster.management_cluster, set()).add(cluster.name)
        for kind in cluster.without_crd:
            lacking.setdefault((kind, name), set()).add(cluster.name)
    found = [
        Unchecked(kind, f"CRD set `{name}` does not have this kind", tuple(sorted(names)))
        for (kind, name), names in sorted(lacking.items())
    ]
    found += _unread_rules(environment, names)
    if without:
        touched = tuple(sorted({name for names in without.values() for name in names}))
        found.insert(0, Unchecked("what CRDs ask for", _no_set(sorted(without)), touched))
    return tuple(found)


def _unread_rules(environment: Environment, names: set[str]) -> Iterator[Unchecked]:
    """Rules that hcpc could not read when it made a set, of the sets that are in use."""
    for name in sorted(names & environment.crd_sets.contents.keys()):
        content = environment.crd_sets.contents[name]
        if _LISTED not in content:  # reading the set would cost every run a few milliseconds
            continue
        try:
            kinds = read_set(name, content).kinds.values()
        except CrdError:
            continue
        rules = [f"{kind.kind} {rule}" for kind in kinds for rule in kind.unchecked]
        if rules:
            what = f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'} of CRD set `{name}`"
            yield Unchecked(what, f"hcpc cannot evaluate {rules[0]}")


def unchecked_at_base(clusters: Iterable[Summary]) -> tuple[Unchecked, ...]:
    """One entry for the clusters that changed and of which nobody can tell how they were."""
    names = tuple(sorted(each.name for each in clusters if each.without_base))
    why = "at the base revision they have errors of their own"
    return (Unchecked(CHANGES, why, names),) if names else ()


def _no_set(names: list[str]) -> str:
    shown = listed(names[:_SHOWN])
    hidden = len(names) - _SHOWN
    if hidden > 0:
        shown = f"{shown} and {hidden} more"
    noun = "management cluster" if len(names) == 1 else "management clusters"
    return f"{noun} {shown} {'names' if len(names) == 1 else 'name'} no CRD set"
