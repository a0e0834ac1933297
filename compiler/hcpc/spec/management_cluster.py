"""`kind: ManagementCluster`: the management cluster that owns a directory."""

from typing import Literal

from pydantic import Field

from hcpc.spec.document import Document
from hcpc.spec.types import Address, Domain, Form, Labels, NonEmpty, Text


class Hypershift(Form):
    """What runs the hosted control planes."""

    version: NonEmpty | None = Field(None, description="Version of the HyperShift operator.")
    mce: Text | None = Field(None, description="Version of the multicluster engine, if it is used.")
    crd_set: NonEmpty | None = Field(None, description="Name of the CRD set that is installed.")
    tech_preview: bool | None = Field(None, description="Whether technology preview CRDs are in.")


class ExternalDns(Form):
    """The external DNS operator that publishes routes of control planes."""

    domain: Domain


class OidcBucket(Form):
    """The public bucket with the OIDC documents of hosted clusters."""

    name: NonEmpty
    region: NonEmpty


class ManagementClusterSpec(Form):
    """Identity and version facts of a management cluster."""

    labels: Labels | None = None
    vars: dict[str, Text] | None = Field(
        None, description="Facts of the site, for references: `${managementCluster.vars.NAME}`."
    )
    region: NonEmpty | None = None
    platform: NonEmpty | None = Field(
        None, description="What the management cluster itself runs on."
    )
    hypershift: Hypershift | None = None
    supported_versions: list[Text] | None = Field(
        None, description="OpenShift minor versions that its operator supports, such as `4.17`."
    )
    external_dns: ExternalDns | None = Field(None, alias="externalDNS")
    oidc_bucket: OidcBucket | None = Field(None, alias="oidcBucket")
    node_address: Address | None = Field(
        None, description="Where its node ports are reached; default of services published on them."
    )


class ManagementCluster(Document):
    """The management cluster that owns this directory and what lies below."""

    kind: Literal["ManagementCluster"]
    spec: ManagementClusterSpec
