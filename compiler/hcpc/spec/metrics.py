"""Which control plane metrics are collected, and what the SRE set leaves out.

Source: HyperShift, support/metrics/sets.go; prometheus-operator, `RelabelConfig`.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.types import Form, NonEmpty, Text, exclusive, matching

_LETTERS = r"[a-zA-Z0-9_:*]"
_CHOICE = rf"\{{{_LETTERS}+(?:,{_LETTERS}+)*\}}"

MetricNames = Annotated[
    Text,
    matching(
        rf"(?:[a-zA-Z_:*]|{_CHOICE})(?:{_LETTERS}|{_CHOICE})*",
        "a metric's name, with `*` for any letters and `{a,b}` for one of several",
    ),
]
LabelName = Annotated[Text, matching(r"[a-zA-Z_][a-zA-Z0-9_]*", "a label's name, such as `job`")]
LabelTarget = Annotated[
    Text,
    matching(
        r"(?:[a-zA-Z_]|\$\w|\$\{\w+\})(?:\w|\$\w|\$\{\w+\})*",
        "a label's name, perhaps with `$1` for what the expression found",
    ),
]
Action = Literal[
    "replace", "Replace", "keep", "Keep", "drop", "Drop", "hashmod", "HashMod",
    "labelmap", "LabelMap", "labeldrop", "LabelDrop", "labelkeep", "LabelKeep",
    "lowercase", "Lowercase", "uppercase", "Uppercase",
    "keepequal", "KeepEqual", "dropequal", "DropEqual",
]  # fmt: skip
MetricsSet = Literal["Telemetry", "SRE", "All"]
_WITH_TARGET = {"replace", "hashmod", "lowercase", "uppercase", "keepequal", "dropequal"}
# Prometheus takes `keep` and `drop` without, and then keeps or drops everything.
_WITH_SOURCE = {"keep", "drop", "keepequal", "dropequal", "hashmod", "lowercase", "uppercase"}
_OTHERS = ("sourceLabels", "separator", "targetLabel", "modulus", "replacement")
_NOT_WITH: dict[str, tuple[str, ...]] = {
    "labeldrop": _OTHERS,
    "labelkeep": _OTHERS,
    "keepequal": ("regex", "separator", "modulus", "replacement"),
    "dropequal": ("regex", "separator", "modulus", "replacement"),
}


class Series(Form):
    """Series of a metric that have certain labels."""

    metric: MetricNames = Field(description="The metric's name, with `*` and `{a,b}`.")
    labels: Annotated[
        dict[LabelName, Annotated[list[NonEmpty], Field(min_length=1)]], Field(min_length=1)
    ] = Field(description="Values by label: series with one of them for each label.")


class Relabel(Form):
    """A rule as Prometheus knows them."""

    source_labels: Annotated[list[LabelName], Field(min_length=1)] | None = Field(
        None, description="Labels whose values are looked at."
    )
    separator: Text | None = Field(None, description="Between their values; `;` when absent.")
    target_label: LabelTarget | None = Field(None, description="Label that is written.")
    regex: Text | None = Field(
        None, description="Expression that the values must match as a whole; `(.*)` when absent."
    )
    modulus: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        None, description="Of the hash, with `hashmod`."
    )
    replacement: Text | None = Field(None, description="What is written; `$1` when absent.")
    action: Action | None = Field(None, description="What is done; `replace` when absent.")

    @model_validator(mode="after")
    def _fits_its_action(self) -> Self:
        action = (self.action or "replace").lower()
        if action in _WITH_TARGET:
            exclusive(self, "targetLabel", required=True)
        if action == "hashmod":
            exclusive(self, "modulus", required=True)
        elif "modulus" in self.model_fields_set:
            exclusive(self, "action", required=True)
            exclusive(self, "action", "modulus")
        if action in _WITH_SOURCE:
            exclusive(self, "sourceLabels", required=True)
        for field in _NOT_WITH.get(action, ()):
            exclusive(self, "action", field)
        return self


class Component(Form):
    """What is collected of one component. Rules apply in this order: keep, drop, relabel."""

    keep: Annotated[list[MetricNames], Field(min_length=1)] | None = Field(
        None, description="Metrics that are collected; no others are."
    )
    drop: list[MetricNames | Series] | None = Field(
        None, description="Metrics, or some series of them, that are not collected."
    )
    relabel: list[Relabel] | None = Field(None, description="Rules as Prometheus knows them.")


class SreMetrics(Form):
    """What the SRE set collects, by component; all of a component that is not named."""

    etcd: Component | None = None
    kube_api_server: Component | None = Field(None, alias="kubeAPIServer")
    kube_controller_manager: Component | None = None
    kube_scheduler: Component | None = None
    kube_scheduler_resource_metrics: Component | None = None
    openshift_api_server: Component | None = Field(None, alias="openshiftAPIServer")
    openshift_controller_manager: Component | None = None
    openshift_route_controller_manager: Component | None = None
    cvo: Component | None = None
    olm: Component | None = None
    catalog_operator: Component | None = None
    registry_operator: Component | None = None
    node_tuning_operator: Component | None = None
    control_plane_operator: Component | None = Field(
        None, description="The operator reads it and does nothing with it."
    )
    hosted_cluster_config_operator: Component | None = Field(
        None, description="The operator reads it and does nothing with it."
    )


class Metrics(Form):
    """Which control plane metrics are collected."""

    set: MetricsSet | None = Field(
        None, description="Set of clusters that choose none; `Telemetry` when absent."
    )
    sre: SreMetrics | None = Field(None, description="What the set `SRE` is.")


COMPONENTS = tuple(info.alias or name for name, info in SreMetrics.model_fields.items())
"""The components that the operator knows."""
WITHOUT_EFFECT = ("controlPlaneOperator", "hostedClusterConfigOperator")
"""Those of them whose rules it applies nowhere."""
