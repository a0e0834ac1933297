"""`kind: Restore`: how to bring a cluster back from a backup, there or on another site.

A snapshot is named by where it lies. A signed URL would be a secret, so one is made when the
restore is applied, and never stands in git.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.source.secrets import find_secrets
from hcpc.spec.document import Document
from hcpc.spec.types import (
    DnsLabel,
    Form,
    Nothing,
    ObjectName,
    Text,
    exclusive,
    one_of,
)

METHODS = ("inPlace", "migration", "snapshot", "velero")
_EXPECTED = "`s3://BUCKET/KEY`, or `https://HOST/PATH` without a query"
# No character of these means anything to a shell between single quotes.
_S3 = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[\w!.*()/=+@:,-]{1,900}"
_HTTPS = r"https://[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?/[\w!.*()/=+@:,~%-]{1,900}"


def _location(pattern: str, expected: str) -> AfterValidator:
    """A check that text says where a snapshot lies, and nothing that opens it."""

    def check(value: str) -> str:
        if re.fullmatch(pattern, value, re.ASCII) is None and not find_secrets(value):
            raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
        return value  # one with a secret in it is told as that, wherever it stands

    return AfterValidator(check)


S3Url = Annotated[Text, _location(_S3, "`s3://BUCKET/KEY`")]
SnapshotUrl = Annotated[Text, _location(f"(?:{_S3}|{_HTTPS})", _EXPECTED)]


class InPlace(Form):
    """The cluster's etcd has lost its quorum: start it again from one member's data."""

    snapshot: SnapshotUrl | None = Field(
        None, description="The snapshot to start from; the data of a member when absent."
    )


class FromSnapshot(Form):
    """A new control plane that starts with a snapshot of the old one's etcd."""

    url: SnapshotUrl = Field(description="Where the snapshot lies.")
    storage_class: ObjectName | None = Field(
        None, description="Storage class of etcd's volumes, where it is not the cluster's own."
    )
    pause_node_pools: bool | None = Field(
        None, description="Whether node pools wait until etcd is there; yes when absent."
    )


class Migration(FromSnapshot):
    """To another management cluster of the same region, with its nodes."""

    url: S3Url = Field(description="Where the snapshot lies.")


class FromVelero(Form):
    """What Velero saved."""

    backup: ObjectName | None = Field(None, description="Name of the Backup.")
    latest: Nothing | None = Field(None, description="The last Backup of the cluster's schedule.")
    namespace: DnsLabel | None = Field(
        None, description="Where Velero runs; that of the cluster's `backup` when absent."
    )
    existing_resource_policy: Literal["none", "update"] | None = Field(
        None, description="What becomes of objects that are there; `update` when absent."
    )
    restore_pvs: bool | None = Field(
        None, alias="restorePVs", description="Whether volumes come back; yes when absent."
    )
    preserve_node_ports: bool | None = Field(
        None, description="Whether node ports stay the same; yes when absent."
    )

    _one = one_of("backup", "latest")


class RestoreSpec(Form):
    """Which cluster comes back, from what, and where."""

    cluster: DnsLabel = Field(description="Name of a cluster in this directory or below.")
    management_cluster: DnsLabel | None = Field(
        None, description="The management cluster it comes back on; its own when absent."
    )
    in_place: InPlace | None = Field(None, description="Etcd has lost its quorum.")
    snapshot: FromSnapshot | None = Field(
        None, description="A new control plane with the old one's state."
    )
    migration: Migration | None = Field(
        None, description="To another management cluster in the region, with its nodes."
    )
    velero: FromVelero | None = Field(None, description="From a backup that Velero made.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        exclusive(self, *METHODS, required=True)
        return self


class Restore(Document):
    """A restore of a cluster in this directory or below."""

    kind: Literal["Restore"] = Field(description="How to bring a cluster back.")
    spec: RestoreSpec
