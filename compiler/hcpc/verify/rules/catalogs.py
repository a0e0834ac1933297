"""Catalogs on the management cluster serve all of its hosted clusters: none can disable them.

Source: HyperShift's notes on disconnected environments.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject

SOURCES = ("spec", "configuration", "operatorhub", "disableAllDefaultSources")


def check(subject: Subject, sink: Sink) -> None:
    """Warn where default catalogs are disabled that do not run in the cluster."""
    on_management = subject.value(("spec", "olmCatalogPlacement")) in (None, "management")
    if subject.value(SOURCES) is True and on_management:
        sink.report(
            codes.CATALOGS_STAY,
            subject.span(subject.hosted_cluster, SOURCES),
            "default catalogs on the management cluster cannot be disabled",
            help="set `olm.catalogs: guest`, which cannot be changed later",
        )
