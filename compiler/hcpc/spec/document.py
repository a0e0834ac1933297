"""Every kind of document, and what their heads have in common."""

from functools import lru_cache
from typing import Literal, get_args

from pydantic import Field

from hcpc import API_VERSION
from hcpc.spec.types import Annotations, DnsLabel, Form, Labels, Raw

ApiVersion = Literal["hcpc.dev/v1alpha1"]
_OURS: ApiVersion = API_VERSION  # mypy notices when the two differ

KINDS: dict[str, str] = {
    "Cluster": "hcpc.spec.cluster_document",
    "Defaults": "hcpc.spec.defaults",
    "Fleet": "hcpc.spec.fleet",
    "ManagementCluster": "hcpc.spec.management_cluster",
    "NodeConfig": "hcpc.spec.node_config",
    "Overlay": "hcpc.spec.overlay",
    "Policy": "hcpc.spec.policy",
    "Profile": "hcpc.spec.profile",
    "ReleaseCatalog": "hcpc.spec.release_catalog",
    "Restore": "hcpc.spec.restore",
    "Tombstone": "hcpc.spec.tombstone",
}
"""Each kind and the module whose class of the same name is its model."""


class Metadata(Form):
    """What a document is called."""

    name: DnsLabel = Field(
        description="Name of the document; of a `Cluster` it is the HostedCluster's, too."
    )
    labels: Labels | None = Field(
        None, description="Labels; those of a `Cluster` become the HostedCluster's."
    )
    annotations: Annotations | None = Field(
        None, description="Annotations; those of a `Cluster` become the HostedCluster's."
    )


class Document(Form):
    """What every kind of document has."""

    api_version: ApiVersion = Field(description="Version of the spec language.")
    metadata: Metadata


class HeadMetadata(Form):
    """The name; labels and annotations may hold references, and are checked without them."""

    name: DnsLabel
    labels: Raw | None = None
    annotations: Raw | None = None


class Head(Form):
    """What every document must begin with; its spec is checked where its kind is known."""

    api_version: ApiVersion
    kind: str
    metadata: HeadMetadata
    spec: Raw | None = None


class DefaultsOutline(Form):
    """The two parts of Defaults, each of which is checked as the kind it is for."""

    cluster: Raw | None = None
    management_cluster: Raw | None = None


@lru_cache
def spec_model(kind: str) -> type[Form]:
    """The model of what stands under `spec` in documents of a kind."""
    annotation = model_of(kind).model_fields["spec"].annotation
    models = [annotation, *get_args(annotation)]
    return next(each for each in models if isinstance(each, type) and issubclass(each, Form))


@lru_cache
def model_of(kind: str) -> type[Form]:
    """The model of a kind; imports its module on first use."""
    from importlib import import_module  # noqa: PLC0415  # only commands that read specs pay for it

    model: type[Form] = getattr(import_module(KINDS[kind]), kind)
    return model
