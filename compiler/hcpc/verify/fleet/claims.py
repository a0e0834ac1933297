"""What one cluster has and no other can: host names, the domain of applications, node ports.

A host name leads to one control plane, whatever it runs on, and a domain to the routers of one
cluster: both are names of one DNS. Addresses of node ports are shared by all clusters of a
management cluster, but a port of its nodes belongs to one Service.
"""

from collections.abc import Iterable
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.source.text import Span
from hcpc.verify.fleet.summary import Claim, Summary

HOST, DOMAIN, PORT = "host", "domain", "port"
"""Kinds of claims."""


class _Kind(NamedTuple):
    """How a kind of claim is told; `is_local` tells that each management cluster has its own."""

    code: Code
    title: str
    help: str
    is_local: bool = False


_KINDS = {
    HOST: _Kind(codes.HOST_NAME_TAKEN, "host name", "give each control plane names of its own"),
    DOMAIN: _Kind(
        codes.DOMAIN_TAKEN,
        "domain of applications",
        "choose another `dns.prefix` or `ingress.domain` for one of them",
    ),
    PORT: _Kind(
        codes.NODE_PORT_TAKEN,
        "node port",
        "choose another port, or leave it out: then the management cluster chooses one",
        is_local=True,
    ),
}
_OTHER_NAME = "choose another host name, or another domain: `dns.prefix` or `ingress.domain`"


def check(clusters: Iterable[Summary], sink: Sink) -> None:
    """Report what a cluster claims that another one has."""
    owners: dict[tuple[str, str], tuple[Summary, Claim]] = {}
    for cluster in clusters:
        for claim in cluster.claims:
            kind, value, *_ = claim
            where = cluster.management_cluster if _KINDS[kind].is_local else ""
            owner, first = owners.setdefault((value, where), (cluster, claim))
            if first is not claim and (owner is not cluster or kind == PORT):
                _report(cluster, claim, owner, first, sink)


def _report(cluster: Summary, claim: Claim, owner: Summary, first: Claim, sink: Sink) -> None:
    told, other = _KINDS[claim[0]], _KINDS[first[0]]
    message = f"{told.title} `{claim[1]}` belongs to cluster `{owner.name}` already"
    remedy = told.help
    if told is not other:
        message = f"{told.title} `{claim[1]}` is the {other.title} of cluster `{owner.name}`"
        told, remedy = _KINDS[DOMAIN], _OTHER_NAME
    elif owner is cluster:
        message = f"two services have {told.title} `{claim[1]}`"
    sink.report(
        told.code,
        _span(cluster, claim),
        message,
        secondary=(Label(_span(owner, first), "the other one"),),
        help=remedy,
    )


def _span(cluster: Summary, claim: Claim) -> Span:
    _, _, start, end = claim
    return Span(cluster.name_span.file, start, end) if end else cluster.name_span
