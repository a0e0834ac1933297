"""Where the Secrets come from that a cluster names; what is in them never stands in a fleet."""

from typing import Literal

from pydantic import Field

from hcpc.spec.types import Duration, Form, NonEmpty, ObjectName


class Store(Form):
    """A store of the External Secrets Operator."""

    name: ObjectName = Field(description="Name of the store.")
    kind: Literal["ClusterSecretStore", "SecretStore"] | None = Field(
        None, description="`ClusterSecretStore` when absent."
    )


class Source(Form):
    """Where the store has one Secret."""

    path: NonEmpty | None = Field(None, description="Its path in the store.")
    properties: dict[NonEmpty, NonEmpty] | None = Field(
        None, description="Property of the store's entry by key of the Secret, where they differ."
    )
    present: Literal[True] | None = Field(
        None, description="The Secret is there already: nothing is emitted for it."
    )


class Secrets(Form):
    """Every Secret that the cluster names, fetched from a store."""

    store: Store = Field(description="The store that has them.")
    path: NonEmpty | None = Field(
        None, description="Prefix of their paths in the store; the cluster's name when absent."
    )
    refresh_interval: Duration | None = Field(
        None, description="How often the store is asked; `1h` when absent."
    )
    api_version: Literal["external-secrets.io/v1", "external-secrets.io/v1beta1"] | None = Field(
        None, description="API of the operator; `external-secrets.io/v1` when absent."
    )
    sources: dict[ObjectName, Source] | None = Field(
        None, description="What is special about some Secrets, by their names."
    )
