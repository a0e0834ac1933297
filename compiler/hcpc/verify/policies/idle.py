"""Waivers whose time is over, or nearly, waivers that nothing needs, and scopes of nothing."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.render.report import counted
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.scope import sees
from hcpc.verify.policies.read import Entry, notice_days
from hcpc.verify.policies.scope import Whereabouts


class Use(NamedTuple):
    """A waiver, and whether any finding is one that it is for.

    `missed` is how many count again since it has expired, `fits_cluster` whether its scope fits
    any cluster.
    """

    waiver: Entry
    is_used: bool
    missed: int
    fits_cluster: bool


def check_waivers(
    uses: Iterable[Use], today: date, troubled: Collection[str], *, is_usual: bool
) -> list[Diagnostic]:
    """What is to be told of waivers.

    `troubled` are directories in which faults may hide what a waiver is for, and a run that is not
    the usual one finds other things.
    """
    sink = Sink()
    for use in uses:
        waiver = use.waiver
        days = (date.fromisoformat(waiver.data["expires"]) - today).days
        directory = waiver.document.directory
        is_judged = (
            is_usual
            and not waiver.rule.startswith(codes.TRANSITIONS)  # of one change, not of a fleet
            and not any(sees(each, directory) or sees(directory, each) for each in troubled)
        )
        if days < 0:
            _report_expired(use, is_judged=is_judged, sink=sink)
        elif is_judged and not use.is_used:
            _report_unused(use, sink)
        elif days <= notice_days(waiver.document):
            _report_soon(waiver, days, sink)
    return sink.findings()


def check_scopes(
    entries: Iterable[Entry], everywhere: Collection[Whereabouts], troubled: Collection[str]
) -> list[Diagnostic]:
    """What is to be told of rules and severities that nobody is ever asked about.

    `everywhere` is all that there is. A waiver of the kind is told as one of nothing.
    """
    sink = Sink()
    for entry in entries:
        directory = entry.document.directory
        is_judged = not any(sees(each, directory) or sees(directory, each) for each in troubled)
        if is_judged and "scope" in entry.data and not any(map(entry.applies, everywhere)):
            sink.report(
                codes.SCOPE_UNUSED,
                entry.span("scope"),
                f"nothing in {_below(directory)} fits the scope of {_title(entry)}",
                help="mend the scope, or remove what nothing needs any more",
            )
    return sink.findings()


def _title(entry: Entry) -> str:
    is_rule = "expression" in entry.data
    return f"rule `{entry.rule}`" if is_rule else f"the severity of `{entry.rule}`"


def _below(directory: str) -> str:
    return f"`{directory}`" if directory else "the fleet"


def _report_expired(use: Use, *, is_judged: bool, sink: Sink) -> None:
    waiver = use.waiver
    note, remedy = "", f"mend what it was for, or agree on another day with `{_owner(waiver)}`"
    if use.missed:
        note = f"what it was for counts again: {counted(use.missed, 'finding')}"
    elif is_judged and not use.is_used:
        note, remedy = "what it was for is found no more", "remove it"
    sink.report(
        codes.WAIVER_EXPIRED,
        waiver.span("expires"),
        f"the waiver of `{waiver.rule}` expired on {waiver.data['expires']}",
        notes=(note,) if note else (),
        help=remedy,
    )


def _report_soon(waiver: Entry, days: int, sink: Sink) -> None:
    sink.report(
        codes.WAIVER_EXPIRES,
        waiver.span("expires"),
        # The same every day, for whoever compares it with what was told yesterday.
        f"the waiver of `{waiver.rule}` expires on {waiver.data['expires']}",
        label=f"in {counted(days, 'day')}" if days else "today",
        notes=(f"it is there because: {waiver.data['reason']}",),
        help=f"mend what it is for, or agree on another day with `{_owner(waiver)}`",
    )


def _report_unused(use: Use, sink: Sink) -> None:
    waiver = use.waiver
    lacks = "no such finding" if use.fits_cluster else "no cluster that fits its scope"
    where = _below(waiver.document.directory)
    sink.report(
        codes.WAIVER_UNUSED,
        waiver.span("rule"),
        f"the waiver of `{waiver.rule}` is for nothing: there is {lacks} in {where}",
        help="remove it, or mend what it says",
    )


def _owner(waiver: Entry) -> str:
    owner: str = waiver.data["owner"]
    return owner
