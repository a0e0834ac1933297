"""What belongs inside the hosted cluster: operators and any other objects."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.spec.types import (
    Annotations,
    DnsLabel,
    Form,
    Labels,
    NonEmpty,
    ObjectName,
    Raw,
    exclusive,
)

OPERATOR_SOURCE = "redhat-operators"
SOURCE_NAMESPACE = "openshift-marketplace"


class Watch(Form):
    """Which namespaces an operator looks after."""

    all: Literal[True] | None = Field(None, description="Every namespace.")
    namespaces: Annotated[list[DnsLabel], Field(min_length=1)] | None = Field(
        None, description="These namespaces; the operator's own when absent."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "all", "namespaces", required=True)
        return self


class Operator(Form):
    """An operator that OLM installs: its Namespace, OperatorGroup and Subscription."""

    package: ObjectName | None = Field(
        None, description="Package of the catalog; the entry's name when absent."
    )
    channel: NonEmpty = Field(description="Channel of the package.")
    source: ObjectName | None = Field(
        None, description="CatalogSource that has the package; `redhat-operators` when absent."
    )
    source_namespace: DnsLabel | None = Field(
        None, description="Namespace of the CatalogSource; `openshift-marketplace` when absent."
    )
    namespace: DnsLabel = Field(description="Namespace that the operator is installed in.")
    namespace_labels: Labels | None = Field(None, description="Labels of the Namespace.")
    namespace_annotations: Annotations | None = Field(
        None, description="Annotations of the Namespace."
    )
    watch: Watch | None = Field(None, description="Namespaces it looks after; its own when absent.")
    starting_csv: NonEmpty | None = Field(
        None, alias="startingCSV", description="First version to install."
    )
    approval: Literal["Automatic", "Manual"] | None = Field(
        None, description="Who approves new versions; `Automatic` when absent."
    )
    config: Raw | None = Field(
        None, description="`config` of the Subscription: environment, node selector, tolerations."
    )


class Work(Form):
    """The ManifestWork that carries the objects to the hosted cluster."""

    namespace: DnsLabel = Field(
        description="Namespace of the hosted cluster on the hub: its name as a managed cluster."
    )


class Delivery(Form):
    """How the objects get into the hosted cluster."""

    manifest_work: Work | None = Field(
        None, description="Wrapped for a hub of Open Cluster Management."
    )


class Guest(Form):
    """What belongs inside the hosted cluster; never mixed with the management cluster's objects."""

    operators: dict[DnsLabel, Operator] | None = Field(
        None, description="Operators to install, by a name of your choice."
    )
    manifests: dict[DnsLabel, Raw] | None = Field(
        None, description="Any other objects, whole, by a name of your choice."
    )
    delivery: Delivery | None = Field(
        None, description="How they get there; applied by whoever has the kubeconfig when absent."
    )
