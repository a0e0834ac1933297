"""Settings of the kubelet and of the container runtime, as a NodeConfig says them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.types import (
    MOST_INT32,
    Count,
    Duration,
    Form,
    Int64,
    NonEmpty,
    Positive,
    Quantity,
    Raw,
    Text,
    exclusive,
    matching,
)

FROM_CLUSTER = ("cgroupDriver", "clusterDNS", "clusterDomain", "featureGates", "staticPodPath")
"""Fields of the kubelet that the machine config operator refuses: they come from the cluster."""

Percent = Annotated[int, Field(ge=0, le=100)]
Threshold = Annotated[
    Text,
    matching(
        r"[0-9]+([.][0-9]+)?(%|[KMGTPE]i?|k|m)?", "a quantity or share, such as `500Mi` or `10%`"
    ),
]
CpuSet = Annotated[
    Text, matching(r"[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*", "a list of CPUs such as `0-3,8`")
]
StorePath = Annotated[
    str,
    matching("(/[a-zA-Z0-9._-]+)+", "an absolute path such as `/var/lib/images`"),
    Field(max_length=256),
]


class TlsSecurityProfile(Form):
    """Which TLS versions and ciphers the kubelet takes."""

    type: Literal["Old", "Intermediate", "Modern", "Custom"] = Field(description="Which profile.")
    ciphers: list[NonEmpty] | None = Field(None, description="With `Custom` only.")
    min_tls_version: (
        Literal["VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13"] | None
    ) = Field(None, alias="minTLSVersion", description="With `Custom` only.")

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if self.type != "Custom":
            for name in sorted(self.model_fields_set - {"type"}):
                alias = "minTLSVersion" if name == "min_tls_version" else name
                fields = {"fields": ["type", alias]}
                raise PydanticCustomError("exclusive", "fields exclude each other", fields)
        return self


class Kubelet(Form):
    """Settings of the kubelet: fields of a KubeletConfig, and of the KubeletConfiguration in it."""

    auto_sizing_reserved: bool | None = Field(
        None, description="Reserve resources for the system by the size of the node."
    )
    log_level: Annotated[int, Field(ge=0, le=10)] | None = Field(
        None, description="How much the kubelet logs, from 0 to 10."
    )
    tls_security_profile: TlsSecurityProfile | None = Field(
        None, description="TLS versions and ciphers of the kubelet's own server."
    )
    max_pods: Positive | None = Field(None, description="Most pods of a node.")
    pods_per_core: Count | None = Field(None, description="Most pods of a core; 0 for no limit.")
    pod_pids_limit: Int64 | None = Field(None, description="Most processes of a pod.")
    system_reserved: dict[NonEmpty, Quantity] | None = Field(
        None, description="Resources kept for the system, by name: `{cpu: 500m, memory: 1Gi}`."
    )
    kube_reserved: dict[NonEmpty, Quantity] | None = Field(
        None, description="Resources kept for the kubelet and the container runtime, by name."
    )
    eviction_hard: dict[NonEmpty, Threshold] | None = Field(
        None, description="Evict pods at once below these, by signal: `{memory.available: 500Mi}`."
    )
    eviction_soft: dict[NonEmpty, Threshold] | None = Field(
        None, description="Evict pods after a grace period below these, by signal."
    )
    eviction_soft_grace_period: dict[NonEmpty, Duration] | None = Field(
        None, description="How long a soft threshold may be crossed, by signal."
    )
    eviction_max_pod_grace_period: Count | None = Field(
        None, description="Seconds that a pod may take to end when it is evicted."
    )
    eviction_pressure_transition_period: Duration | None = Field(
        None, description="How long a node stays under pressure after it has ended."
    )
    image_gc_high_threshold_percent: Percent | None = Field(
        None,
        alias="imageGCHighThresholdPercent",
        description="Use of the disk at which images are removed.",
    )
    image_gc_low_threshold_percent: Percent | None = Field(
        None,
        alias="imageGCLowThresholdPercent",
        description="Use of the disk at which removing images ends.",
    )
    image_minimum_gc_age: Duration | None = Field(
        None, alias="imageMinimumGCAge", description="How long an image stays unused at least."
    )
    container_log_max_size: Quantity | None = Field(
        None, description="Size at which a container's log is rotated."
    )
    container_log_max_files: Annotated[int, Field(ge=2, le=MOST_INT32)] | None = Field(
        None, description="Logs that are kept of a container."
    )
    cpu_manager_policy: Literal["none", "static"] | None = Field(
        None, description="Whether containers can have CPUs of their own."
    )
    cpu_manager_policy_options: dict[NonEmpty, Text] | None = Field(
        None, description="Options of the CPU manager."
    )
    cpu_manager_reconcile_period: Duration | None = Field(
        None, description="How often the CPU manager looks after its containers."
    )
    memory_manager_policy: Literal["None", "Static"] | None = Field(
        None, description="Whether containers can have memory of one NUMA node."
    )
    topology_manager_policy: (
        Literal["none", "best-effort", "restricted", "single-numa-node"] | None
    ) = Field(None, description="How close together CPUs, memory and devices have to be.")
    topology_manager_scope: Literal["container", "pod"] | None = Field(
        None, description="Whether that is asked of each container or of the whole pod."
    )
    reserved_system_cpus: CpuSet | None = Field(
        None, alias="reservedSystemCPUs", description="CPUs kept for the system, such as `0-3`."
    )
    allowed_unsafe_sysctls: list[NonEmpty] | None = Field(
        None, description="Unsafe sysctls that pods may set."
    )
    cpu_cfs_quota: bool | None = Field(
        None, alias="cpuCFSQuota", description="Whether CPU limits of containers are kept."
    )
    serialize_image_pulls: bool | None = Field(
        None, description="Whether images are pulled one after the other."
    )
    max_parallel_image_pulls: Positive | None = Field(
        None, description="Most images that are pulled at a time."
    )
    kube_api_qps: Positive | None = Field(
        None, alias="kubeAPIQPS", description="Requests to the API server, a second."
    )
    kube_api_burst: Positive | None = Field(
        None, alias="kubeAPIBurst", description="Requests to the API server at once."
    )
    registry_pull_qps: Count | None = Field(
        None, alias="registryPullQPS", description="Pulls of images, a second."
    )
    registry_burst: Count | None = Field(None, description="Pulls of images at once.")
    node_status_update_frequency: Duration | None = Field(
        None, description="How often the kubelet works out the node's status."
    )
    node_status_report_frequency: Duration | None = Field(
        None, description="How often it reports a status that has not changed."
    )
    shutdown_grace_period: Duration | None = Field(
        None, description="How long pods may take to end when a node shuts down."
    )
    shutdown_grace_period_critical_pods: Duration | None = Field(
        None, description="The part of it that is kept for critical pods."
    )
    config: Raw | None = Field(
        None, description="Any other field of the kubelet's KubeletConfiguration."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for name, info in type(self).model_fields.items():
            alias = info.alias or name
            if alias in (self.config or {}) and name in self.model_fields_set:
                fields = {"fields": [alias, "config"]}
                raise PydanticCustomError("exclusive", "fields exclude each other", fields)
        if self.auto_sizing_reserved:
            exclusive(self, "autoSizingReserved", "systemReserved")
        return self

    @model_validator(mode="after")
    def _leaves_the_clusters(self) -> Self:
        refused = [name for name in FROM_CLUSTER if name in (self.config or {})]
        if refused:
            message = "`{field}` of the kubelet comes from the hosted cluster"
            context = {"field": refused[0], "fields": ["config"]}
            raise PydanticCustomError("range", message, context)
        return self


class ContainerRuntime(Form):
    """Settings of the container runtime, CRI-O."""

    default_runtime: Literal["crun", "runc"] | None = Field(
        None, description="What starts containers."
    )
    pids_limit: Int64 | None = Field(None, description="Most processes of a container.")
    log_level: Literal["fatal", "panic", "error", "warn", "info", "debug", "trace"] | None = Field(
        None, description="How much it logs."
    )
    log_size_max: Quantity | None = Field(None, description="Largest log of a container.")
    overlay_size: Quantity | None = Field(None, description="Largest image of a container.")
    additional_image_stores: list[StorePath] | None = Field(
        None, description="Directories with images, looked into before pulling."
    )
    additional_layer_stores: list[StorePath] | None = Field(
        None, description="Directories with layers of images."
    )
    additional_artifact_stores: list[StorePath] | None = Field(
        None, description="Directories with artifacts."
    )
