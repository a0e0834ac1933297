"""The spec of one node pool, as it stands under `nodePools` of a cluster."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.types import (
    Annotations,
    ConfigMapRef,
    Count,
    DnsLabel,
    Duration,
    Form,
    IntOrPercent,
    LabelKey,
    Labels,
    LabelValue,
    NonEmpty,
    PausedUntil,
    Positive,
    Raw,
    exclusive,
)

Arch = Literal["amd64", "arm64", "ppc64le", "s390x"]


class Autoscale(Form):
    """Bounds of a pool that the cluster autoscaler sizes."""

    min: Count = Field(description="Fewest nodes; 0 is possible on some clouds only.")
    max: Positive = Field(description="Most nodes.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise PydanticCustomError(
                "range",
                "`max` ({max}) is below `min` ({min})",
                {"min": self.min, "max": self.max, "fields": ["min", "max"]},
            )
        return self


class Upgrade(Form):
    """How nodes take a new release or configuration."""

    type: Literal["Replace", "InPlace"] | None = Field(
        None, description="New machines, or the same ones; fixed once the pool exists."
    )
    strategy: Literal["RollingUpdate", "OnDelete"] | None = Field(
        None, description="With `Replace`: roll on change, or wait until nodes are deleted."
    )
    max_surge: IntOrPercent | None = Field(
        None,
        description="With `Replace`: nodes above the size while rolling; a count or percentage.",
    )
    max_unavailable: IntOrPercent | None = Field(
        None, description="Nodes that may be missing while rolling; a count or percentage."
    )

    @model_validator(mode="after")
    def _fits_type(self) -> Self:
        if self.type == "InPlace":
            for name, value in (("strategy", self.strategy), ("maxSurge", self.max_surge)):
                if value is not None:
                    _exclude("type", name)
        if self.strategy == "OnDelete":
            for name, value in (
                ("maxSurge", self.max_surge),
                ("maxUnavailable", self.max_unavailable),
            ):
                if value is not None:
                    _exclude("strategy", name)
        if is_zero(self.max_surge) and is_zero(self.max_unavailable):
            message = (
                "`maxSurge` and `maxUnavailable` are both 0, so no node could ever be replaced"
            )
            fields = ["maxSurge", "maxUnavailable"]
            raise PydanticCustomError("range", message, {"fields": fields})
        return self


def is_zero(share: int | str | None) -> bool:
    """Whether a number or percentage of nodes is none at all: `0`, `0%`."""
    return share == 0 or (isinstance(share, str) and not share.strip("0%"))


def _exclude(first: str, second: str) -> None:
    raise PydanticCustomError("exclusive", "fields exclude each other", {"fields": [first, second]})


class Taint(Form):
    """A taint that every node of the pool gets."""

    key: Annotated[LabelKey, Field(max_length=253)] = Field(
        description="Key, such as `dedicated` or `example.com/gpu`."
    )
    value: LabelValue | None = Field(None, description="Value; empty when absent.")
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] = Field(
        description="What becomes of pods that do not tolerate it."
    )


class NodePool(Form):
    """A group of worker nodes that are alike."""

    name: DnsLabel | None = Field(
        None, description="Name of the NodePool object; `CLUSTER-POOL` when absent."
    )
    labels: Labels | None = Field(None, description="Labels of the NodePool object.")
    annotations: Annotations | None = Field(None, description="Annotations of the NodePool object.")
    release: NonEmpty | None = Field(
        None, description="Version from a ReleaseCatalog, or an image; the cluster's when absent."
    )
    replicas: Count | None = Field(None, description="Number of nodes; excludes `autoscale`.")
    autoscale: Autoscale | None = Field(None, description="Bounds for the cluster autoscaler.")
    arch: Arch | None = Field(None, description="CPU architecture; fixed once the pool exists.")
    upgrade: Upgrade | None = Field(
        None, description="How nodes take a new release or configuration."
    )
    auto_repair: bool | None = Field(None, description="Replace nodes that stay unhealthy.")
    drain_timeout: Duration | None = Field(
        None, description="How long draining a node may take; without it, for ever."
    )
    volume_detach_timeout: Duration | None = Field(
        None, description="How long detaching volumes may take; without it, for ever."
    )
    node_labels: Labels | None = Field(None, description="Labels of every node.")
    taints: Annotated[list[Taint], Field(max_length=50)] | None = Field(
        None, description="Taints of every node."
    )
    config: list[DnsLabel | ConfigMapRef] | None = Field(
        None,
        description="NodeConfigs by name, and ConfigMaps that are there already (key `config`).",
    )
    tuning: list[ConfigMapRef] | None = Field(
        None, description="ConfigMaps with node tuning that are there already (key `tuning`)."
    )
    paused_until: PausedUntil | None = Field(
        None, description="Stop reconciling for ever (`true`) or until a time."
    )
    os_stream: Literal["rhel-9", "rhel-10"] | None = Field(
        None, description="Operating system stream (technology preview)."
    )
    platform: Raw | None = Field(None, description="What the machines are; one key, the platform.")
    node_pool: Raw | None = Field(
        None, description="Merged into the NodePool object last: what no other field can say."
    )

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        exclusive(self, "replicas", "autoscale")
        return self
