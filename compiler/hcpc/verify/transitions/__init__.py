"""What becomes of a running cluster when its spec changes: one file for each rule or table.

A rule gets the same cluster at the base revision and now, and reports what the API server would
refuse, or would take to the cluster's harm. `TRANSITIONS` names them all. Imported only when there
is something to compare. What a change does to nodes (which of them are replaced) is not told here.
"""

from collections.abc import Callable
from typing import TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.scope import Environment
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import (
    api_name,
    crd,
    disruptive,
    downgrade,
    encryption,
    feature_set,
    forced_upgrade,
    frozen_cluster,
    frozen_pool,
    identity,
    one_minor,
    pause,
    platform,
    pools_removed,
    restart,
    size,
    together,
    upgrade_edge,
)

Transition: TypeAlias = Callable[[Subject, Subject, Sink], None]

TRANSITIONS: tuple[Transition, ...] = (
    frozen_cluster.check,
    frozen_pool.check,
    feature_set.check,
    encryption.check,
    downgrade.check,
    one_minor.check,
    upgrade_edge.check,
    together.check,
    forced_upgrade.check,
    pools_removed.check,
    size.check,
    disruptive.check,
    api_name.check,
    pause.check,
    restart.check,
)


def check_transitions(
    before: Subject, after: Subject, environment: Environment, sink: Sink
) -> None:
    """Run every transition on a cluster as it was and as it is now, and the CRDs' own at the end.

    Of a cluster that became another object, or is on another platform, nothing else is told:
    nothing changes, all is new.
    """
    own = Sink()
    if not identity.is_same(before, after):
        _run(identity.check, before, after, own)
    elif not platform.is_same(before, after):
        _run(platform.check, before, after, own)
    else:
        for check in TRANSITIONS:
            _run(check, before, after, own)

        def by_crds(before: Subject, after: Subject, sink: Sink) -> None:
            crd.check(before, after, environment, sink)

        _run(by_crds, before, after, own)
    sink.absorb(own)


def _run(check: Transition, before: Subject, after: Subject, sink: Sink) -> None:
    try:
        check(before, after, sink)
    except Exception as crash:  # noqa: BLE001  # one broken rule must not hide the others
        sink.report(
            codes.CHECK_CRASHED,
            after.cluster.name_span,
            f"check `{check.__module__}` failed: {type(crash).__name__}: {crash}",
            help="this is a fault of hcpc, not of the fleet; please report it",
        )
