"""Whether the flags of an installation go together, and agree with the rest of their document."""

from collections.abc import Sequence
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.resolve.operator_setup import ADD, FLAGS, TECH_PREVIEW, flags, place
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.spec.flag_rules import (
    EXCLUSIVE,
    FACTS,
    METRICS_SET,
    NEEDS,
    ONLY_FOR,
    SET_BY_ADD_ON,
    Need,
)
from hcpc.spec.install_flags import InstallFlags
from hcpc.syntax.tree import Path, find, key_span, nearest_span

_REMOVE: Path = (*FLAGS, "remove")
_PROVIDER = "external-dns-provider"


def check_flags(management: ManagementCluster, sink: Sink) -> None:
    """Report flags that the installer would refuse, and those that contradict a fact."""
    removed: list[str] = management.data["operator"]["installFlags"].get("remove", [])
    for number, name in enumerate(removed):
        _check_removed(management, name, nearest_span(management.tree, (*_REMOVE, number)), sink)
    present = [name for name, value in flags(management).items() if _is_on(value)]
    for name in present:
        if name in SET_BY_ADD_ON:
            _report_set_by_add_on(name, _key(management, name), sink)
        _check_provider(management, name, sink)
    for group in EXCLUSIVE:
        _check_exclusive(management, [name for name in present if name in group], sink)
    for need in NEEDS:
        _check_need(management, need, present, sink)
    _check_facts(management, sink)


def _is_on(value: Any) -> bool:
    return value is not False and value != "None"


def _key(management: ManagementCluster, flag: str) -> Span:
    return key_span(management.tree, (*ADD, flag))


def _check_removed(management: ManagementCluster, name: str, at: Span, sink: Sink) -> None:
    known = [info.alias or field for field, info in InstallFlags.model_fields.items()]
    # `metrics.set` adds a flag, too.
    by_field = name in METRICS_SET.flags and find(management.tree, METRICS_SET.field) is not None
    if name in flags(management) or by_field:
        sink.report(
            codes.EXCLUSIVE_FIELDS,
            at,
            f"flag `{name}` is both added and removed",
            secondary=(Label(place(management, METRICS_SET), "added here"),)
            if by_field
            else (Label(_key(management, name), "added here"),),
            help="keep one of the two",
        )
    elif name in SET_BY_ADD_ON:
        _report_set_by_add_on(name, at, sink)
    elif name not in known:
        message = f"the installer has no flag `{name}`"
        sink.report(codes.BAD_ENUM, at, message, label=did_you_mean(name, known))


def _report_set_by_add_on(name: str, at: Span, sink: Sink) -> None:
    sink.report(
        codes.FLAG_CLASH,
        at,
        f"flag `{name}` is not for us to set",
        label="the add-on sets it itself",
        help="remove it; the ConfigMap `hypershift-override-images` chooses another image"
        if "image" in name
        else "remove it; the add-on always installs into `hypershift`",
    )


def _check_exclusive(management: ManagementCluster, names: Sequence[str], sink: Sink) -> None:
    if len(names) > 1:
        *others, last = names
        sink.report(
            codes.EXCLUSIVE_FIELDS,
            _key(management, last),
            f"flags {listed(names)} exclude each other",
            secondary=tuple(Label(_key(management, name), "set here") for name in others),
            help="keep one of them",
        )


def _check_need(
    management: ManagementCluster, need: Need, present: Sequence[str], sink: Sink
) -> None:
    value = flags(management).get(need.flag)
    if need.flag not in present or (need.values and value not in need.values):
        return
    if not any(name in present for name in need.one_of):
        shown = f"{need.flag}: {value}" if need.values else need.flag
        one = "one of " if len(need.one_of) > 1 else ""
        sink.report(
            codes.MISSING_FIELD,
            _key(management, need.flag),
            f"`{shown}` needs {one}{listed(need.one_of)}",
            help="set it beside this flag; the installer refuses one without the other",
            subjects=need.one_of,
        )


def _check_provider(management: ManagementCluster, name: str, sink: Sink) -> None:
    provider = flags(management).get(_PROVIDER)
    if name in ONLY_FOR and provider not in {None, ONLY_FOR[name]}:
        sink.report(
            codes.FLAG_CLASH,
            _key(management, name),
            f"flag `{name}` goes with `{_PROVIDER}: {ONLY_FOR[name]}` only",
            secondary=(Label(nearest_span(management.tree, (*ADD, _PROVIDER)), "set here"),),
            help="remove it",
        )


def _check_facts(management: ManagementCluster, sink: Sink) -> None:
    """Report facts for which a flag and a field have different words."""
    for fact in FACTS:
        said = find(management.tree, fact.field)
        value: Any = management.data
        for step in fact.field:
            value = value.get(step, {})
        for flag in fact.flags if said is not None and isinstance(value, str) else ():
            if flags(management).get(flag, value) != value:
                _report_disagreement(management, flag, fact.field, sink)
    preview: Path = ("hypershift", "techPreview")
    said_preview = management.data.get("hypershift", {}).get("techPreview")
    flag_set = flags(management).get(TECH_PREVIEW) is True
    if said_preview is not None and said_preview is not flag_set:
        if find(management.tree, (*ADD, TECH_PREVIEW)) is not None:
            _report_disagreement(management, TECH_PREVIEW, preview, sink)
        elif said_preview:
            sink.report(
                codes.FACTS_DISAGREE,
                nearest_span(management.tree, preview),
                "technology preview is said to be installed, and no flag installs it",
                secondary=(Label(key_span(management.tree, FLAGS), "the flags"),),
                help=f"add the flag `{TECH_PREVIEW}: true`",
            )


def _report_disagreement(management: ManagementCluster, flag: str, field: Path, sink: Sink) -> None:
    sink.report(
        codes.FACTS_DISAGREE,
        nearest_span(management.tree, (*ADD, flag)),
        f"flag `{flag}` and `{'.'.join(map(str, field))}` disagree",
        secondary=(Label(nearest_span(management.tree, field), "said here"),),
        help="one of them is enough: remove the wrong one",
    )
