"""What a cluster's summary says of its manifests, as they are after overlays."""

from collections.abc import Iterable, Iterator
from typing import Any

from hcpc.kube.loose import mapping, number, numbered, text
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Manifest, object_title
from hcpc.lower.publish import SERVICES
from hcpc.mapping.table import get
from hcpc.platforms import registry
from hcpc.resolve.node_configs import node_config_id
from hcpc.syntax.tree import FieldPath, Path, find
from hcpc.verify.fleet.claims import DOMAIN, HOST, PORT
from hcpc.verify.fleet.summary import Claim, Picks, Summary
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE, release_of
from hcpc.verify.subject import Subject

_PLATFORM: FieldPath = ("spec", "platform")
_IDS = ("clusterID", "infraID")
_WITH_LEAVE_ONLY = {
    "CustomResourceDefinition",
    "Namespace",
    "PersistentVolumeClaim",
    "Secret",
}
_SPEC_NAMES = {manifest: spec for spec, manifest in SERVICES.items()}


def summary(
    subject: Subject,
    guest: Iterable[Manifest],
    *,
    overlays: tuple[str, ...],
    without_crd: tuple[str, ...],
    without_base: bool,
) -> Summary:
    """All that the rest of the fleet needs to know of a cluster."""
    cluster = subject.cluster
    return Summary(
        name=cluster.name,
        name_span=cluster.name_span,
        management_cluster=cluster.management_cluster,
        namespace=cluster.namespace,
        platform=cluster.platform,
        labels=cluster.spec.get("labels", {}),
        release=cluster.release,
        node_pools=tuple(pool["name"] for pool in cluster.spec["nodePools"].values()),
        ids=ids(subject),
        overlays=overlays,
        node_configs=tuple(
            node_config_id(cluster.scope.node_configs[name]) for name in cluster.node_configs
        ),
        objects=tuple(
            object_title(each.kind, each.name, each.namespace)
            for each in subject.manifests
            if each.kind not in {HOSTED_CLUSTER, NODE_POOL}
        ),
        without_crd=without_crd,
        claims=claims(subject),
        picks=picks(subject),
        pod_networks=pod_networks(subject),
        machine_networks=machine_networks(subject),
        moves=moves(subject),
        without_base=without_base,
        images=images(subject),
        guest_objects=tuple(
            object_title(each.kind, each.name, each.namespace)
            for each in guest
            if each.kind in _WITH_LEAVE_ONLY
        ),
    )


def images(subject: Subject) -> tuple[tuple[str, str], ...]:
    """The images of releases that the cluster and its pools name, each with its version."""
    cluster = (subject.value(RELEASE), subject.value(CONTROL_PLANE_RELEASE))
    named = {text(each) for each in (*cluster, *(get(p.body, RELEASE) for p in subject.node_pools))}
    versions = ((image, release_of(image, subject.cluster.scope).version) for image in named)
    return tuple(sorted((image, version) for image, version in versions if version))


def ids(subject: Subject) -> dict[str, str]:
    """What identifies the cluster, as far as it is written down."""
    spec = mapping(subject.hosted_cluster.body.get("spec"))
    return {name: spec[name] for name in _IDS if isinstance(spec.get(name), str)}


def picks(subject: Subject) -> tuple[Picks, ...]:
    """The hosts that node pools take; none for those without nodes, or where machines are made."""
    platform = registry.platform(subject.cluster.platform)
    if platform is None or platform.picks is None or platform.member is None:
        return ()
    own = mapping(subject.value((*_PLATFORM, platform.member)))
    found: list[Picks] = []
    for pool in subject.node_pools:
        spec = mapping(pool.body.get("spec"))
        if spec.get("replicas") == 0:
            continue
        settings = mapping(get(spec, ("platform", platform.member)))
        namespace, asked = platform.picks(own, settings)
        found.append((str(pool.source[1]), namespace, text(spec.get("arch")), asked))
    return tuple(found)


def claims(subject: Subject) -> tuple[Claim, ...]:
    """What no other cluster can have: host names, node ports, the domain of applications.

    Each with its place in the spec: to ask for that of an overlay would take longer than all else.
    """
    cluster = subject.cluster
    found: list[Claim] = []
    for kind, value, path in _claimed(subject):
        written = find(cluster.tree, path)
        is_own = written is not None and written.file is cluster.name_span.file
        found.append(
            (kind, value, *((written.start, written.end) if written and is_own else (0, 0)))
        )
    return tuple(found)


def pod_networks(subject: Subject) -> tuple[str, ...]:
    """The CIDRs of pods, where the site routes them."""
    return _networks(subject, "clusterNetwork")


def machine_networks(subject: Subject) -> tuple[str, ...]:
    """The CIDRs of machines, where the site routes those of pods too."""
    return _networks(subject, "machineNetwork")


def moves(subject: Subject) -> bool:
    """Whether the cluster is to be ready for a restore on another management cluster."""
    backup: dict[str, Any] = subject.cluster.payloads.get("backup", {})
    return bool(backup.get("disasterRecovery"))


def _networks(subject: Subject, name: str) -> tuple[str, ...]:
    management = subject.cluster.scope.management_cluster
    if management is None or not management.data.get("routedPodNetworks"):
        return ()
    listed = numbered(subject.value(("spec", "networking", name)))
    return tuple(text(each.get("cidr")) for _, each in listed)


def _claimed(subject: Subject) -> Iterator[tuple[str, str, Path]]:
    spec = mapping(subject.hosted_cluster.body.get("spec"))
    for _, service in numbered(spec.get("services")):
        strategy = mapping(service.get("servicePublishingStrategy"))
        at = ("publish", _SPEC_NAMES.get(text(service.get("service")), ""))
        for way in ("route", "loadBalancer"):
            host = text(mapping(strategy.get(way)).get("hostname"))
            if host:
                yield HOST, host.lower(), (*at, way, "hostname")
        port = number(mapping(strategy.get("nodePort")).get("port"))
        if port:
            yield PORT, str(port), (*at, "nodePort", "port")
    name = text(spec.get("kubeAPIServerDNSName"))
    if name:
        yield HOST, name.lower(), ("apiServer", "dnsName")
    yield from _domain(subject.cluster.name, spec)


def _domain(name: str, spec: dict[str, Any]) -> Iterator[tuple[str, str, Path]]:
    """The domain of applications: chosen, or made of the cluster's name and its base domain.

    An empty prefix takes the name away. Source: HyperShift, `dns.baseDomainPrefix`.
    """
    ingress: FieldPath = ("configuration", "ingress", "domain")
    chosen, base = text(get(spec, ingress)), text(get(spec, ("dns", "baseDomain")))
    prefix = get(spec, ("dns", "baseDomainPrefix"))
    if chosen:
        yield DOMAIN, chosen.lower(), ("ingress", "domain")
    elif base:
        first = prefix if isinstance(prefix, str) else name
        whole = f"{first}.{base}" if first else base
        yield DOMAIN, f"apps.{whole}".lower(), ("dns", "prefix")
