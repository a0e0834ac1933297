"""How the cluster is backed up: with Velero, as OADP runs it on the management cluster.

Fields that Velero has too have its names.
"""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.types import DnsLabel, Duration, Form, NonEmpty, Text, exclusive

ADP_NAMESPACE = "openshift-adp"


def _cron(value: str) -> str:
    from hcpc.spec.cron import BadCronError, parse_cron  # noqa: PLC0415  # only where one is written

    try:
        parse_cron(value)
    except BadCronError as bad:
        raise PydanticCustomError("format", "expected {expected}", {"expected": str(bad)}) from None
    return value


Cron = Annotated[Text, AfterValidator(_cron)]


class Backup(Form):
    """Backups of the cluster: regular ones, and one on demand."""

    schedule: Cron | None = Field(
        None, description="When to back up: five cron fields, or a word such as `daily`."
    )
    on_demand: DnsLabel | None = Field(
        None, description="Make one backup now, `CLUSTER-NAME`; remove it again once it is made."
    )
    disaster_recovery: bool | None = Field(
        None, description="Whether to warn of all that a restore elsewhere would lack."
    )
    namespace: DnsLabel | None = Field(
        None, description="Where Velero runs; `openshift-adp` when absent."
    )
    storage_location: DnsLabel | None = Field(
        None, description="The BackupStorageLocation; `default` when absent."
    )
    ttl: Duration | None = Field(None, description="How long a backup is kept; `2h` when absent.")
    paused: bool | None = Field(None, description="Whether the schedule rests.")
    skip_immediately: bool | None = Field(
        None, description="Whether a new schedule waits for its time."
    )
    use_owner_references_in_backup: bool | None = Field(
        None, description="Whether the schedule's backups go when it goes."
    )
    include_additional_namespaces: list[DnsLabel] | None = Field(
        None, description="To be saved beside the cluster's two, such as that of its InfraEnv."
    )
    included_resources: Annotated[list[NonEmpty], Field(min_length=1)] | None = Field(
        None, description="What is saved; what the platform needs when absent."
    )
    snapshot_volumes: bool | None = Field(
        None, description="Whether volumes are saved; yes when absent."
    )
    snapshot_move_data: bool | None = Field(
        None,
        description="Whether snapshots go to the storage location; when absent, those on demand.",
    )
    default_volumes_to_fs_backup: bool | None = Field(
        None, description="Whether volumes are read file by file, for storage without snapshots."
    )
    csi_snapshot_timeout: Duration | None = Field(None, description="`10m` when absent.")
    use_etcd_snapshot: bool | None = Field(
        None,
        description="Save a snapshot of etcd in place of volumes; a technology preview.",
    )

    @model_validator(mode="after")
    def _snapshot_or_volumes(self) -> Self:
        if self.use_etcd_snapshot:
            for name in ("snapshotVolumes", "snapshotMoveData", "defaultVolumesToFsBackup"):
                exclusive(self, "useEtcdSnapshot", name)
        return self
