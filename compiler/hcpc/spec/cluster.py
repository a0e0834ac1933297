"""The spec of one hosted cluster: what `Cluster`, `Profile` and `Defaults` documents say."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.backup import Backup
from hcpc.spec.guest import Guest
from hcpc.spec.node_pool import NodePool
from hcpc.spec.oauth import Authentication, OAuth
from hcpc.spec.publish import Publish
from hcpc.spec.secrets import Secrets
from hcpc.spec.types import (
    LATER,
    Annotations,
    Cidr,
    ConfigMapRef,
    Count,
    DnsLabel,
    Domain,
    Duration,
    Form,
    HttpsUrl,
    Int32,
    IpAddress,
    Labels,
    NonEmpty,
    PausedUntil,
    Raw,
    SecretRef,
    Size,
    Text,
    Toleration,
    Url,
    Uuid,
    exclusive,
    matching,
)

Availability = Literal["HighlyAvailable", "SingleReplica"]
Capability = Literal[
    "ImageRegistry",
    "openshift-samples",
    "Insights",
    "baremetal",
    "Console",
    "NodeTuning",
    "Ingress",
]
AuditProfile = Literal["Default", "WriteRequestBodies", "AllRequestBodies", "None"]
MetricsSet = Literal["Telemetry", "SRE", "All"]
FeatureName = Annotated[
    str, matching(r"([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+\.?", "a feature gate such as `UserNamespaces`")
]


class Availabilities(Form):
    """How many replicas run."""

    control_plane: Availability | None = Field(
        None, description="Replicas of the control plane; fixed once the cluster exists."
    )
    infrastructure: Availability | None = Field(
        None, description="Replicas of ingress, registry and the like inside the cluster."
    )


class Dns(Form):
    """DNS beyond the base domain."""

    prefix: Domain | None = Field(
        None, description="In place of the cluster's name; empty for none."
    )
    public_zone: NonEmpty | None = Field(None, description="Id of the public zone.")
    private_zone: NonEmpty | None = Field(None, description="Id of the private zone.")


class SizedNetwork(Form):
    """A cluster network whose share per node is not the default."""

    cidr: Cidr = Field(description="The network.")
    host_prefix: Annotated[int, Field(ge=1, le=128)] = Field(
        description="Prefix length of each node's share; 23 (IPv4) or 64 (IPv6) by default."
    )


class OvnFamily(Form):
    """Networks of one IP family that OVN-Kubernetes keeps for itself."""

    internal_join_subnet: Cidr | None = Field(
        None, description="Network between gateway routers and the join switch."
    )
    internal_transit_switch_subnet: Cidr | None = Field(
        None, description="Network of the switch between nodes."
    )


class Ovn(Form):
    """Settings of OVN-Kubernetes."""

    mtu: Annotated[int, Field(ge=576, le=9216)] | None = Field(
        None, description="Largest packet between pods."
    )
    ipv4: OvnFamily | None = None
    ipv6: OvnFamily | None = None
    v4_internal_subnet: Cidr | None = Field(
        None, description="IPv4 network that OVN-Kubernetes uses inside."
    )
    v6_internal_subnet: Cidr | None = Field(
        None, description="IPv6 network that OVN-Kubernetes uses inside."
    )


class ApiServerNetwork(Form):
    """How the API server is reached from inside."""

    advertise_address: IpAddress | None = Field(
        None, description="Address on each node; 172.20.0.1 or fd00::1 when absent."
    )
    allowed_cidrs: list[Cidr] | None = Field(
        None,
        alias="allowedCIDRs",
        description="Networks that may reach the API server; all when absent.",
    )
    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        None, description="Port on each node; 6443 when absent."
    )


class Networks(Form):
    """Networks of the hosted cluster; most are fixed once it exists."""

    type: Literal["OVNKubernetes", "OpenShiftSDN", "Calico", "Other"] | None = Field(
        None, description="Network plugin; treat it as fixed."
    )
    cluster: Annotated[list[Cidr | SizedNetwork], Field(min_length=1, max_length=2)] | None = Field(
        None, description="Pod networks; two for dual stack, the primary first."
    )
    service: Annotated[list[Cidr], Field(min_length=1, max_length=2)] | None = Field(
        None, description="Service networks."
    )
    machine: Annotated[list[Cidr], Field(min_length=1, max_length=2)] | None = Field(
        None, description="Networks the machines are in."
    )
    allocate_node_cidrs: Literal["Enabled", "Disabled"] | None = Field(
        None,
        alias="allocateNodeCIDRs",
        description="Shares of the pod network for nodes; `Enabled` with type `Other` only.",
    )
    api_server: ApiServerNetwork | None = None
    ovn: Ovn | None = None
    disable_multi_network: bool | None = Field(
        None, description="Whether to go without Multus; with type `Other` only."
    )


class Unmanaged(Form):
    """An etcd that somebody else runs."""

    endpoint: HttpsUrl = Field(description="URL of etcd.")
    client_secret: SecretRef = Field(
        description="Under `etcd-client-ca.crt`, `etcd-client.crt` and `etcd-client.key`."
    )


class Etcd(Form):
    """Where the cluster's state lives."""

    size: Size | None = Field(None, description="Size of each volume, with its unit.")
    storage_class: NonEmpty | None = Field(
        None, description="Storage class of the volumes; the default one when absent."
    )
    restore_snapshot_url: Annotated[list[Text], Field(max_length=1)] | None = Field(
        None, alias="restoreSnapshotURL", description="Snapshot to start an empty volume from."
    )
    unmanaged: Unmanaged | None = None

    @model_validator(mode="after")
    def _managed_or_not(self) -> Self:
        for name in ("size", "storageClass", "restoreSnapshotURL"):
            exclusive(self, "unmanaged", name)
        return self


class Aescbc(Form):
    """Encryption with a key of our own."""

    active_key: SecretRef = Field(description="Key that encrypts, 32 bytes under `key`.")
    backup_key: SecretRef | None = Field(
        None, description="The key before; of no use once the cluster reports its active key."
    )


class Encryption(Form):
    """Encryption of Secrets in etcd: `aescbc`, or `kms` with one provider."""

    aescbc: Aescbc | None = None
    kms: Raw | None = Field(None, description="One key, the provider: its key management service.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "aescbc", "kms", required=True)
        return self


class ScaleDown(Form):
    """When the cluster autoscaler removes nodes."""

    delay_after_add_seconds: Annotated[int, Field(ge=0, le=86400)] | None = Field(
        None, description="How long to wait after a node was added; 600 by default."
    )
    delay_after_delete_seconds: Annotated[int, Field(ge=0, le=86400)] | None = Field(
        None, description="How long to wait after a node was removed; 0 by default."
    )
    delay_after_failure_seconds: Annotated[int, Field(ge=0, le=86400)] | None = Field(
        None, description="How long to wait after removing failed; 180 by default."
    )
    unneeded_duration_seconds: Annotated[int, Field(ge=0, le=86400)] | None = Field(
        None, description="How long a node must be unneeded; 600 by default."
    )
    utilization_threshold_percent: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="Use below which a node is unneeded; 50 by default."
    )


class Autoscaling(Form):
    """The cluster autoscaler."""

    max_nodes_total: Count | None = Field(None, description="Most nodes of all pools together.")
    max_pod_grace_period: Count | None = Field(None, description="Seconds.")
    max_node_provision_time: Duration | None = Field(
        None, description="How long to wait for a new node; 15m by default."
    )
    max_free_difference_ratio_percent: Annotated[int, Field(ge=0, le=100)] | None = Field(
        None, description="How unlike free resources of like pools may be; 10 by default."
    )
    pod_priority_threshold: Int32 | None = Field(
        None, description="Pods below this priority never cause new nodes; -10 by default."
    )
    balancing_ignored_labels: list[NonEmpty] | None = Field(
        None, description="Labels that do not count when pools are compared."
    )
    expanders: (
        Annotated[
            list[Literal["LeastWaste", "Priority", "Random"]], Field(min_length=1, max_length=3)
        ]
        | None
    ) = Field(None, description="How to choose a pool to grow, the first criterion first.")
    scaling: Literal["ScaleUpOnly", "ScaleUpAndScaleDown"] | None = Field(
        None, description="Whether nodes are removed as well; they are when absent."
    )
    scale_down: ScaleDown | None = None


class Capabilities(Form):
    """Optional parts of OpenShift; fixed once the cluster exists."""

    enabled: list[Capability] | None = Field(
        None, description="Parts to install although they are not by default."
    )
    disabled: list[Capability] | None = Field(None, description="Parts to leave out.")


class FeatureGate(Form):
    """Feature set of the hosted cluster; most choices cannot be undone."""

    feature_set: Literal[
        "TechPreviewNoUpgrade", "DevPreviewNoUpgrade", "CustomNoUpgrade", "OKD"
    ] = Field(description="Which features are on beyond the default.")
    enabled: list[FeatureName] | None = Field(None, description="With `CustomNoUpgrade` only.")
    disabled: list[FeatureName] | None = Field(None, description="With `CustomNoUpgrade` only.")

    @model_validator(mode="after")
    def _lists_are_custom(self) -> Self:
        if self.feature_set != "CustomNoUpgrade":
            exclusive(self, "featureSet", "enabled")
            exclusive(self, "featureSet", "disabled")
        return self


class Proxy(Form):
    """The proxy for traffic that leaves the cluster."""

    http: NonEmpty | None = Field(None, description="URL of the proxy for HTTP.")
    https: NonEmpty | None = Field(None, description="URL of the proxy for HTTPS.")
    no_proxy: Text | None = Field(
        None, description="Hosts, domains and networks to reach directly, with commas between."
    )
    readiness_endpoints: list[Text] | None = Field(
        None, description="URLs that tell whether the proxy works."
    )
    trusted_ca: ConfigMapRef | None = Field(
        None, alias="trustedCA", description="Certificates to trust, under `ca-bundle.crt`."
    )


class ImportRegistry(Form):
    """A registry that image streams may import from."""

    domain_name: NonEmpty = Field(description="Host name of the registry, with a port if any.")
    insecure: bool | None = Field(
        None, description="Whether plain HTTP or any certificate will do."
    )


class Registries(Form):
    """Which registries nodes may use."""

    allowed: list[NonEmpty] | None = Field(None, description="Only these; excludes `blocked`.")
    blocked: list[NonEmpty] | None = Field(None, description="All but these.")
    insecure: list[NonEmpty] | None = Field(
        None, description="These without TLS, or with any certificate."
    )
    search: Annotated[list[NonEmpty], Field(min_length=1)] | None = Field(
        None, description="Where images without a registry are looked for."
    )
    allowed_for_import: list[ImportRegistry] | None = None
    external_hostnames: list[NonEmpty] | None = Field(
        None, description="Further host names of the cluster's own registry."
    )
    trusted_ca: ConfigMapRef | None = Field(
        None, alias="trustedCA", description="Certificates to trust, by the registry's host name."
    )

    @model_validator(mode="after")
    def _one_policy(self) -> Self:
        exclusive(self, "allowed", "blocked")
        return self


class NamedCertificate(Form):
    """A certificate the API server shows for some names."""

    names: list[Text] | None = Field(
        None, description="Host names; those in the certificate when absent."
    )
    certificate: SecretRef = Field(description="Certificate and key: `tls.crt`, `tls.key`.")


class AuditRule(Form):
    """An audit profile for members of a group."""

    group: NonEmpty = Field(description="Name of the group.")
    profile: AuditProfile = Field(description="How much is recorded of its members.")


class Audit(Form):
    """What the API server's audit log records."""

    profile: AuditProfile | None = Field(
        None, description="How much is recorded; `Default` when absent."
    )
    custom_rules: list[AuditRule] | None = None


class TlsProfile(Form):
    """Which TLS versions and ciphers the API server takes."""

    type: Literal["Old", "Intermediate", "Modern", "Custom"] = Field(
        description="Which profile; the field of the same name goes with it."
    )
    old: dict[str, Any] | None = Field(None, description="With `type: Old`; has no fields.")
    intermediate: dict[str, Any] | None = Field(
        None, description="With `type: Intermediate`; has no fields."
    )
    modern: dict[str, Any] | None = Field(None, description="With `type: Modern`; has no fields.")
    custom: dict[str, Any] | None = Field(
        None, description="With `type: Custom`: `ciphers` and `minTLSVersion`."
    )


class ApiServer(Form):
    """The hosted cluster's API server."""

    dns_name: Domain | None = Field(
        None, description="An extra name, with a kubeconfig of its own."
    )
    certificates: Annotated[list[NamedCertificate], Field(max_length=32)] | None = None
    client_ca: ConfigMapRef | None = Field(
        None, alias="clientCA", description="Certificates of whoever may sign client certificates."
    )
    audit: Audit | None = None
    tls_profile: TlsProfile | None = None
    cors_allowed_origins: list[Text] | None = Field(
        None, description="Origins (regular expressions) that browsers may call from."
    )


class Olm(Form):
    """The Operator Lifecycle Manager."""

    catalogs: Literal["management", "guest"] | None = Field(
        None, description="Where the default catalogs run; fixed once the cluster exists."
    )
    disable_default_sources: bool | None = Field(
        None, description="Whether to go without the default catalogs."
    )


class Ingress(Form):
    """The hosted cluster's ingress."""

    domain: Domain | None = Field(None, description="Of applications; fixed once set.")
    apps_domain: Domain | None = Field(
        None, description="Another domain for routes of applications."
    )
    endpoint_publishing: dict[str, Any] | None = Field(
        None, description="`endpointPublishingStrategy` of the default ingress controller."
    )


class ProfileCustomizations(Form):
    """Additions to a scheduler profile."""

    dynamic_resource_allocation: Literal["Enabled", "Disabled"] | None = Field(
        None, description="Whether devices are allocated dynamically."
    )


class Scheduler(Form):
    """The hosted cluster's scheduler."""

    profile: Literal["LowNodeUtilization", "HighNodeUtilization", "NoScoring"] | None = Field(
        None, description="How nodes are chosen; `LowNodeUtilization` when absent."
    )
    default_node_selector: Text | None = Field(
        None, description="Node selector of pods whose namespace has none, such as `type=user`."
    )
    masters_schedulable: bool | None = Field(
        None, description="Whether pods may run on control plane nodes; a hosted cluster has none."
    )
    profile_customizations: ProfileCustomizations | None = None


class MetricsForwarding(Form):
    """Forwarding of control plane metrics into the hosted cluster."""

    mode: Literal["Forward", "None"] = Field(description="Whether metrics are forwarded.")
    metrics_set: MetricsSet | None = Field(None, description="Which ones are forwarded.")


class Monitoring(Form):
    """Which control plane metrics are collected."""

    metrics_set: MetricsSet | None = Field(
        None, description="Which ones are collected; the operator's choice when absent."
    )
    metrics_forwarding: MetricsForwarding | None = None


class ControlPlane(Form):
    """Where and how the control plane's pods run on the management cluster."""

    release: NonEmpty | None = Field(
        None, description="Another release for the control plane's own components (fixes)."
    )
    labels: Annotated[Labels, Field(max_length=20)] | None = Field(
        None, description="Labels of the control plane's pods."
    )
    node_selector: Annotated[Labels, Field(max_length=20)] | None = Field(
        None, description="Nodes of the management cluster that may run the control plane."
    )
    tolerations: Annotated[list[Toleration], Field(max_length=25)] | None = None


class ClusterSpec(Form):
    """A hosted cluster and its node pools."""

    profiles: list[DnsLabel] | None = Field(
        None, description="Profiles to build on, the later ones over the earlier ones."
    )
    namespace: DnsLabel | None = Field(
        None,
        description="Namespace of the objects on the management cluster; `clusters` when absent.",
    )
    labels: Labels | None = Field(None, description="Labels of the HostedCluster object.")
    annotations: Annotations | None = Field(
        None, description="Annotations of the HostedCluster object."
    )
    release: NonEmpty = Field(
        description="Version from a ReleaseCatalog in scope, or a full image reference."
    )
    channel: NonEmpty | None = Field(None, description="Channel of the update graph.")
    update_service: Url | None = Field(
        None, description="URL of the update service; the public one when absent."
    )
    cluster_id: Uuid | None = Field(None, alias="clusterID", description="Fixed once set.")
    infra_id: DnsLabel | None = Field(None, alias="infraID", description="Fixed once set.")
    base_domain: Domain | None = Field(None, description="Fixed once set.")
    dns: Annotated[Dns, LATER] | None = None
    pull_secret: SecretRef = Field(
        description="Credentials for registries, under `.dockerconfigjson`."
    )
    ssh_key: SecretRef | None = Field(
        None, description="Public key for user `core` of the nodes, under `id_rsa.pub`."
    )
    additional_trust_bundle: ConfigMapRef | None = Field(
        None,
        description="Certificates to trust, under `ca-bundle.crt`; a new name rolls all nodes.",
    )
    audit_webhook: SecretRef | None = Field(
        None, description="Where audit events are sent: a kubeconfig under `webhook-kubeconfig`."
    )
    issuer_url: Url | None = Field(
        None, alias="issuerURL", description="URL of the issuer of service account tokens."
    )
    service_account_signing_key: SecretRef | None = Field(
        None, description="Key that signs service account tokens, under `key`."
    )
    availability: Availabilities | None = None
    fips: bool | None = Field(None, description="Fixed once the cluster exists.")
    paused_until: PausedUntil | None = Field(
        None, description="Stop reconciling for ever (`true`) or until a time."
    )
    platform: Raw = Field(description="Where machines come from; one key, the platform.")
    publish: Annotated[Publish, LATER] | None = None
    networks: Annotated[Networks, LATER] | None = None
    etcd: Annotated[Etcd, LATER] | None = None
    encryption: Annotated[Encryption, LATER] | None = None
    autoscaling: Annotated[Autoscaling, LATER] | None = None
    capabilities: Annotated[Capabilities, LATER] | None = None
    feature_gate: Annotated[FeatureGate, LATER] | None = None
    proxy: Annotated[Proxy, LATER] | None = None
    image_sources: Annotated[dict[NonEmpty, list[NonEmpty]], Field(max_length=255)] | None = Field(
        None, description="Mirrors by the repository they stand in for."
    )
    registries: Annotated[Registries, LATER] | None = None
    oauth: Annotated[OAuth, LATER] | None = None
    authentication: Annotated[Authentication, LATER] | None = None
    api_server: Annotated[ApiServer, LATER] | None = None
    olm: Annotated[Olm, LATER] | None = None
    ingress: Annotated[Ingress, LATER] | None = None
    scheduler: Annotated[Scheduler, LATER] | None = None
    monitoring: Annotated[Monitoring, LATER] | None = None
    control_plane: Annotated[ControlPlane, LATER] | None = None
    guest: Annotated[Guest, LATER] | None = Field(
        None, description="What belongs inside the hosted cluster."
    )
    secrets: Annotated[Secrets, LATER] | None = Field(
        None, description="Where the Secrets come from that it names."
    )
    backup: Annotated[Backup, LATER] | None = Field(
        None, description="How the cluster is backed up."
    )
    hosted_cluster: Raw | None = Field(
        None, description="Merged into the HostedCluster object last: what no other field can say."
    )
    node_pool_defaults: NodePool | None = Field(None, description="Merged under every node pool.")
    node_pools: dict[DnsLabel, NodePool] | None = None
