"""Every kind of document, and what their heads have in common."""

from functools import lru_cache
from typing import Literal, get_args

from pydantic import Field

from hcpc.spec.types import Annotations, DnsLabel, Form, Labels

API_GROUP = "hcpc.dev"
API_VERSION = "hcpc.dev/v1alpha1"

KINDS: dict[str, str] = {
    "Cluster": "hcpc.spec.cluster_document",
    "Defaults": "hcpc.spec.defaults",
    "Fleet": "hcpc.spec.fleet",
    "ManagementCluster": "hcpc.spec.management_cluster",
    "Profile": "hcpc.spec.profile",
    "ReleaseCatalog": "hcpc.spec.release_catalog",
}
"""Each kind and the module whose class of the same name is its model."""


class Metadata(Form):
    """What a document is called."""

    name: DnsLabel
    labels: Labels | None = None
    annotations: Annotations | None = None


class Document(Form):
    """Head of every document."""

    api_version: Literal["hcpc.dev/v1alpha1"] = Field(description="Version of the spec language.")
    metadata: Metadata


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
