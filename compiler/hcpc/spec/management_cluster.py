"""`kind: ManagementCluster`: the management cluster that owns a directory."""

from importlib import import_module
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from hcpc.spec.document import Document
from hcpc.spec.types import EACH_ONCE, Address, Domain, Form, Labels, NonEmpty, Raw, Text, matching

PARTS = {
    "dashboard": "hcpc.spec.dashboard",
    "metrics": "hcpc.spec.metrics",
    "operator": "hcpc.spec.operator",
}
"""Fields of the spec that few fleets use, and the modules whose classes of their names say more.

Such a model is imported, and the field checked against it, where a management cluster has it.
"""

Minor = Annotated[
    Text, matching(r"[45]\.(0|[1-9]\d?)", "an OpenShift minor version such as `4.17`")
]


class Hypershift(Form):
    """What runs the hosted control planes."""

    version: NonEmpty | None = Field(None, description="Version of the HyperShift operator.")
    mce: Text | None = Field(None, description="Version of the multicluster engine, if it is used.")
    crd_set: NonEmpty | None = Field(None, description="Its CRD set: a file `crds/NAME.json`.")
    tech_preview: bool | None = Field(None, description="Whether technology preview CRDs are in.")


class ExternalDns(Form):
    """The external DNS operator that publishes routes of control planes."""

    domain: Domain = Field(description="Domain below which services get their host names.")


class OidcBucket(Form):
    """The public bucket with the OIDC documents of hosted clusters."""

    name: NonEmpty = Field(description="Name of the bucket.")
    region: NonEmpty = Field(description="Region of the bucket.")


def _private_platform(value: str) -> str:
    from hcpc.spec.install_flags import PrivatePlatform  # noqa: PLC0415  # few fleets pay for it

    choices = get_args(PrivatePlatform)
    if value not in choices:
        expected = ", ".join(f"'{choice}'" for choice in choices)
        raise PydanticCustomError("literal_error", "expected {expected}", {"expected": expected})
    return value


class PrivateEndpoints(Form):
    """Where the operator makes private endpoints of control planes."""

    platform: Annotated[NonEmpty, AfterValidator(_private_platform)] = Field(
        description="As `--private-platform` of the installer has it."
    )
    region: NonEmpty | None = Field(None, description="Region that it makes them in.")


class ManagementClusterSpec(Form):
    """Identity and version facts of a management cluster, and the settings of its operator."""

    labels: Labels | None = Field(
        None, description="Facts to sort by, for references: `${managementCluster.labels.NAME}`."
    )
    vars: dict[str, Text] | None = Field(
        None, description="Facts of the site, for references: `${managementCluster.vars.NAME}`."
    )
    region: NonEmpty | None = Field(
        None, description="Where it runs, such as `eu-west-1` or `dc1`."
    )
    platform: NonEmpty | None = Field(
        None, description="What the management cluster itself runs on."
    )
    hypershift: Hypershift | None = None
    supported_versions: Annotated[list[Minor], EACH_ONCE, Field(min_length=1)] | None = Field(
        None, description="OpenShift minor versions that its operator supports, such as `4.17`."
    )
    external_dns: ExternalDns | None = Field(None, alias="externalDNS")
    oidc_bucket: OidcBucket | None = Field(None, alias="oidcBucket")
    private_endpoints: PrivateEndpoints | None = None
    node_address: Address | None = Field(
        None, description="Where its node ports are reached; default of services published on them."
    )
    routed_pod_networks: bool | None = Field(
        None,
        description="Whether the site routes the pod networks of its clusters, so that no two may "
        "overlap.",
    )
    operator: Raw | None = Field(None, description="The HyperShift operator and its flags.")
    metrics: Raw | None = Field(None, description="Which control plane metrics are collected.")
    dashboard: Raw | None = Field(None, description="The template of hosted clusters' dashboards.")


class ManagementCluster(Document):
    """The management cluster that owns this directory and what lies below."""

    kind: Literal["ManagementCluster"] = Field(
        description="The management cluster that owns a directory."
    )
    spec: ManagementClusterSpec


def part_model(name: str) -> type[Form]:
    """The model of a field of `PARTS`; imports its module on first use."""
    model: type[Form] = getattr(import_module(PARTS[name]), name.capitalize())
    return model
