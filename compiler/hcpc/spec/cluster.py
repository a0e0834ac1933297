"""The spec of one hosted cluster: what `Cluster`, `Profile` and `Defaults` documents say."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.node_pool import NodePool
from hcpc.spec.oauth import Authentication, OAuth
from hcpc.spec.publish import Publish
from hcpc.spec.types import (
    Annotations,
    Cidr,
    ConfigMapRef,
    Count,
    DnsLabel,
    Domain,
    Duration,
    Form,
    HttpsUrl,
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

    cidr: Cidr
    host_prefix: Annotated[int, Field(ge=1, le=128)]


class OvnIpv4(Form):
    """Networks that OVN-Kubernetes keeps for itself (IPv4)."""

    internal_join_subnet: Cidr | None = None
    internal_transit_switch_subnet: Cidr | None = None


class OvnIpv6(Form):
    """Networks that OVN-Kubernetes keeps for itself (IPv6)."""

    internal_join_subnet: Cidr | None = None
    internal_transit_switch_subnet: Cidr | None = None


class Ovn(Form):
    """Settings of OVN-Kubernetes."""

    mtu: Annotated[int, Field(ge=576, le=9216)] | None = None
    ipv4: OvnIpv4 | None = None
    ipv6: OvnIpv6 | None = None
    v4_internal_subnet: Cidr | None = None
    v6_internal_subnet: Cidr | None = None


class ApiServerNetwork(Form):
    """How the API server is reached from inside."""

    advertise_address: IpAddress | None = None
    allowed_cidrs: list[Cidr] | None = Field(None, alias="allowedCIDRs")
    port: Annotated[int, Field(ge=1, le=65535)] | None = None


class Networks(Form):
    """Networks of the hosted cluster; most are fixed once it exists."""

    type: Literal["OVNKubernetes", "OpenShiftSDN", "Calico", "Other"] | None = None
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
        None, alias="allocateNodeCIDRs"
    )
    api_server: ApiServerNetwork | None = None
    ovn: Ovn | None = None
    disable_multi_network: bool | None = None


class Unmanaged(Form):
    """An etcd that somebody else runs."""

    endpoint: HttpsUrl
    client_secret: SecretRef


class Etcd(Form):
    """Where the cluster's state lives."""

    size: Size | None = Field(None, description="Size of each volume, with its unit.")
    storage_class: NonEmpty | None = None
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

    active_key: SecretRef
    backup_key: SecretRef | None = None


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

    delay_after_add_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    delay_after_delete_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    delay_after_failure_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    unneeded_duration_seconds: Annotated[int, Field(ge=0, le=86400)] | None = None
    utilization_threshold_percent: Annotated[int, Field(ge=0, le=100)] | None = None


class Autoscaling(Form):
    """The cluster autoscaler."""

    max_nodes_total: Count | None = None
    max_pod_grace_period: Count | None = Field(None, description="Seconds.")
    max_node_provision_time: Duration | None = None
    max_free_difference_ratio_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    pod_priority_threshold: int | None = None
    balancing_ignored_labels: list[NonEmpty] | None = None
    expanders: (
        Annotated[
            list[Literal["LeastWaste", "Priority", "Random"]], Field(min_length=1, max_length=3)
        ]
        | None
    ) = None
    scaling: Literal["ScaleUpOnly", "ScaleUpAndScaleDown"] | None = None
    scale_down: ScaleDown | None = None


class Capabilities(Form):
    """Optional parts of OpenShift; fixed once the cluster exists."""

    enabled: list[Capability] | None = None
    disabled: list[Capability] | None = None


class FeatureGate(Form):
    """Feature set of the hosted cluster; most choices cannot be undone."""

    feature_set: Literal["TechPreviewNoUpgrade", "DevPreviewNoUpgrade", "CustomNoUpgrade", "OKD"]
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

    http: NonEmpty | None = None
    https: NonEmpty | None = None
    no_proxy: Text | None = None
    readiness_endpoints: list[Text] | None = None
    trusted_ca: ConfigMapRef | None = Field(None, alias="trustedCA")


class ImportRegistry(Form):
    """A registry that image streams may import from."""

    domain_name: NonEmpty
    insecure: bool | None = None


class Registries(Form):
    """Which registries nodes may use."""

    allowed: list[NonEmpty] | None = None
    blocked: list[NonEmpty] | None = None
    insecure: list[NonEmpty] | None = None
    search: Annotated[list[NonEmpty], Field(min_length=1)] | None = None
    allowed_for_import: list[ImportRegistry] | None = None
    external_hostnames: list[NonEmpty] | None = None
    trusted_ca: ConfigMapRef | None = Field(None, alias="trustedCA")

    @model_validator(mode="after")
    def _one_policy(self) -> Self:
        exclusive(self, "allowed", "blocked")
        return self


class NamedCertificate(Form):
    """A certificate the API server shows for some names."""

    names: list[Text] | None = None
    certificate: SecretRef


class AuditRule(Form):
    """An audit profile for members of a group."""

    group: NonEmpty
    profile: AuditProfile


class Audit(Form):
    """What the API server's audit log records."""

    profile: AuditProfile | None = None
    custom_rules: list[AuditRule] | None = None


class TlsProfile(Form):
    """Which TLS versions and ciphers the API server takes."""

    type: Literal["Old", "Intermediate", "Modern", "Custom"]
    old: dict[str, Any] | None = None
    intermediate: dict[str, Any] | None = None
    modern: dict[str, Any] | None = None
    custom: dict[str, Any] | None = None


class ApiServer(Form):
    """The hosted cluster's API server."""

    dns_name: Domain | None = Field(
        None, description="An extra name, with a kubeconfig of its own."
    )
    certificates: Annotated[list[NamedCertificate], Field(max_length=32)] | None = None
    client_ca: ConfigMapRef | None = Field(None, alias="clientCA")
    audit: Audit | None = None
    tls_profile: TlsProfile | None = None
    cors_allowed_origins: list[Text] | None = None


class Olm(Form):
    """The Operator Lifecycle Manager."""

    catalogs: Literal["management", "guest"] | None = Field(
        None, description="Where the default catalogs run; fixed once the cluster exists."
    )
    disable_default_sources: bool | None = None


class Ingress(Form):
    """The hosted cluster's ingress."""

    domain: Domain | None = Field(None, description="Of applications; fixed once set.")
    apps_domain: Domain | None = None
    endpoint_publishing: dict[str, Any] | None = Field(
        None, description="`endpointPublishingStrategy` of the default ingress controller."
    )


class ProfileCustomizations(Form):
    """Additions to a scheduler profile."""

    dynamic_resource_allocation: Literal["Enabled", "Disabled"] | None = None


class Scheduler(Form):
    """The hosted cluster's scheduler."""

    profile: Literal["LowNodeUtilization", "HighNodeUtilization", "NoScoring"] | None = None
    default_node_selector: Text | None = None
    masters_schedulable: bool | None = None
    profile_customizations: ProfileCustomizations | None = None


class MetricsForwarding(Form):
    """Forwarding of control plane metrics into the hosted cluster."""

    mode: Literal["Forward", "None"]
    metrics_set: MetricsSet | None = None


class Monitoring(Form):
    """Which control plane metrics are collected."""

    metrics_set: MetricsSet | None = None
    metrics_forwarding: MetricsForwarding | None = None


class ControlPlane(Form):
    """Where and how the control plane's pods run on the management cluster."""

    release: NonEmpty | None = Field(
        None, description="Another release for the control plane's own components (fixes)."
    )
    labels: Annotated[Labels, Field(max_length=20)] | None = Field(
        None, description="Labels of the control plane's pods."
    )
    node_selector: Annotated[Labels, Field(max_length=20)] | None = None
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
    update_service: Url | None = None
    cluster_id: Uuid | None = Field(None, alias="clusterID", description="Fixed once set.")
    infra_id: DnsLabel | None = Field(None, alias="infraID", description="Fixed once set.")
    base_domain: Domain | None = Field(None, description="Fixed once set.")
    dns: Dns | None = None
    pull_secret: SecretRef
    ssh_key: SecretRef | None = None
    additional_trust_bundle: ConfigMapRef | None = None
    audit_webhook: SecretRef | None = None
    issuer_url: Url | None = Field(None, alias="issuerURL")
    service_account_signing_key: SecretRef | None = None
    availability: Availabilities | None = None
    fips: bool | None = Field(None, description="Fixed once the cluster exists.")
    paused_until: PausedUntil | None = Field(
        None, description="Stop reconciling for ever (`true`) or until a time."
    )
    platform: Raw = Field(description="Where machines come from; one key, the platform.")
    publish: Publish | None = None
    networks: Networks | None = None
    etcd: Etcd | None = None
    encryption: Encryption | None = None
    autoscaling: Autoscaling | None = None
    capabilities: Capabilities | None = None
    feature_gate: FeatureGate | None = None
    proxy: Proxy | None = None
    image_sources: Annotated[dict[NonEmpty, list[NonEmpty]], Field(max_length=255)] | None = Field(
        None, description="Mirrors by the repository they stand in for."
    )
    registries: Registries | None = None
    oauth: OAuth | None = None
    authentication: Authentication | None = None
    api_server: ApiServer | None = None
    olm: Olm | None = None
    ingress: Ingress | None = None
    scheduler: Scheduler | None = None
    monitoring: Monitoring | None = None
    control_plane: ControlPlane | None = None
    hosted_cluster: Raw | None = Field(
        None, description="Merged into the HostedCluster object last: what no other field can say."
    )
    node_pool_defaults: NodePool | None = Field(None, description="Merged under every node pool.")
    node_pools: dict[DnsLabel, NodePool] | None = None
