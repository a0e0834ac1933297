"""Which CRDs a management cluster has installed, as far as the fleet says."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.resolve.crd_sets import DIRECTORY, FIELD, set_path
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.syntax.tree import nearest_span
from hcpc.verify.crd.crd_set import CrdError, CrdSet, read_set


def installed(environment: Environment, management: ManagementCluster) -> CrdSet | None:
    """The CRD set of a management cluster; None where it names none that can be read."""
    name = environment.crd_sets.name_for(management)
    content = environment.crd_sets.contents.get(name)
    if content is None:
        return None
    try:
        return read_set(name, content)
    except CrdError:  # which is told once, where the set is named
        return None


def check_sets(environment: Environment, sink: Sink) -> None:
    """Report CRD sets that management clusters name and that are not there, or of no use."""
    sets = environment.crd_sets._replace(against="")
    for management in environment.management_clusters():
        name = sets.name_for(management)
        if name and name not in sets.names:
            _report_unknown(management, name, sets.names, sink)
        elif name in sets.contents:
            try:
                read_set(name, sets.contents[name])
            except CrdError as fault:
                _report_unusable(management, name, str(fault), sink)
        elif name and not environment.crd_sets.against:
            _report_unusable(management, name, "it cannot be read", sink)


def _report_unknown(
    management: ManagementCluster, name: str, names: tuple[str, ...], sink: Sink
) -> None:
    label = did_you_mean(name, names)
    known = f"CRD sets: {listed(names)}; " if names and not label else ""
    sink.report(
        codes.UNKNOWN_CRD_SET,
        nearest_span(management.tree, FIELD),
        f"there is no CRD set `{name}`",
        label=label,
        notes=(f"CRD sets of this fleet are the files `{DIRECTORY}/*.json`",),
        help="" if label else f"{known}`hcpc schema import {name} FILE…` makes it from CRDs",
        subjects=(name,),
    )


def _report_unusable(management: ManagementCluster, name: str, why: str, sink: Sink) -> None:
    sink.report(
        codes.BAD_CRD_SET,
        nearest_span(management.tree, FIELD),
        f"CRD set `{name}` cannot be used: {why}",
        notes=(f"it is the file `{set_path(name)}`",),
        help=f"make it anew from CRDs: `hcpc schema import {name} FILE…`",
        subjects=(name,),
    )
