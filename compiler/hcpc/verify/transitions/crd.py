"""What the API server itself would refuse of a change, by the CRDs of the management cluster.

Only rules that compare old and new are told here: all others hold for every object, and are told of
it whether or not it changes.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.scope import Environment
from hcpc.syntax.tree import Path, dotted
from hcpc.verify.crd.crd_set import CrdSet
from hcpc.verify.installed import installed
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import Pair, all_pairs, subject_of

_TOLD_IN_OUR_WORDS: tuple[Code, ...] = (
    codes.FIELD_FROZEN,
    codes.FIELD_NOT_FOLLOWED,
    codes.FEATURE_SET_LEFT,
)


def check(before: Subject, after: Subject, environment: Environment, sink: Sink) -> None:
    """Report transition rules of the CRDs that a change breaks, but for what is told already."""
    management = after.cluster.scope.management_cluster
    crds = installed(environment, management) if management else None
    if crds is None:
        return
    told = sink.subjects(*_TOLD_IN_OUR_WORDS)
    for pair in all_pairs(before, after):
        if pair.old.body != pair.new.body:
            _check_pair(pair, crds, told, sink)


def _check_pair(pair: Pair, crds: CrdSet, told: set[str], sink: Sink) -> None:
    body = pair.new.body
    kind = crds.kinds.get((body.get("apiVersion", ""), body.get("kind", "")))
    if kind is None:
        return
    from hcpc.verify.crd.verdict import check_object  # noqa: PLC0415  # only fleets with CRD sets

    for fault in check_object(kind, body, pair.old.body):
        if fault.rule == "transition" and not _is_told(pair, fault.path, told):
            pair.tell(
                codes.CHANGE_REFUSED,
                fault.path,
                f"{pair.new.kind} cannot change like this: {fault.message}",
                sink,
                help="put it back, or make a new object and move what depends on this one",
                notes=(
                    f"this is `{dotted(fault.path)}` of the {pair.new.kind}",
                    f"the CRDs of set `{crds.name}` say so",
                ),
            )


def _is_told(pair: Pair, path: Path, told: set[str]) -> bool:
    """Whether the same place, one above it or one below it has a finding in our own words.

    Rules may stand far above the field that they are about.
    """
    here = subject_of(pair.new, path)
    return any(f"{here}/".startswith(f"{each}/") or each.startswith(f"{here}/") for each in told)
