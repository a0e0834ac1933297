"""`kind: Tombstone`: leave to delete what a sync never deletes by omission.

Specs of what it names are gone, so it says in full which object is meant.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.document import Document
from hcpc.spec.types import (
    DnsLabel,
    Form,
    NonEmpty,
    ObjectName,
    Text,
    exclusive,
    matching,
)

_EVERYWHERE = {"CustomResourceDefinition", "Namespace", "PersistentVolume"}
_WITHIN = {"PersistentVolumeClaim", "Secret"}
WAYS = ("hostedCluster", "nodePool", "object")


class AnyObject(Form):
    """An object of another kind that is deleted with leave only."""

    kind: Annotated[Text, matching(r"[A-Z][A-Za-z0-9]*", "a kind such as `Namespace`")] = Field(
        description="Its kind."
    )
    group: ObjectName | None = Field(
        None,
        description="The group of its API; not for a Namespace, Secret, PersistentVolume, "
        "PersistentVolumeClaim or CustomResourceDefinition.",
    )
    name: ObjectName = Field(description="Its name.")
    namespace: DnsLabel | None = Field(None, description="Its namespace, where its kind has one.")
    inside: DnsLabel | None = Field(
        None,
        description="Name of the hosted cluster inside which it lies; on the management cluster "
        "when absent.",
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.kind in _EVERYWHERE and self.namespace is not None:
            raise _exclusive("kind", "namespace")
        if self.kind in _EVERYWHERE | _WITHIN and self.group is not None:
            raise _exclusive("kind", "group")
        if self.kind in _WITHIN and self.namespace is None:
            raise PydanticCustomError("one_of", "it is needed", {"fields": ["namespace"]})
        if self.kind not in _EVERYWHERE | _WITHIN and self.group is None:
            raise PydanticCustomError("one_of", "it is needed", {"fields": ["group"]})
        return self


def _exclusive(*fields: str) -> PydanticCustomError:
    return PydanticCustomError("exclusive", "fields exclude each other", {"fields": list(fields)})


class TombstoneSpec(Form):
    """What may be deleted, and who answers for it."""

    management_cluster: DnsLabel = Field(description="The management cluster from which it goes.")
    hosted_cluster: DnsLabel | None = Field(
        None, description="Name of a hosted cluster, which goes with all its node pools."
    )
    node_pool: ObjectName | None = Field(None, description="Name of a NodePool, as it is rendered.")
    namespace: DnsLabel | None = Field(
        None,
        description="Namespace of the HostedCluster or NodePool; `clusters` when absent.",
    )
    object: AnyObject | None = Field(None, description="An object of another kind.")
    owner: NonEmpty = Field(description="Who answers for it.")
    reason: NonEmpty = Field(description="Why it may go.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        exclusive(self, *WAYS, required=True)
        exclusive(self, "namespace", "object")
        return self


class Tombstone(Document):
    """Leave to delete a hosted cluster, a node pool, or another object."""

    kind: Literal["Tombstone"] = Field(description="What may be deleted.")
    spec: TombstoneSpec
