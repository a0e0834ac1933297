"""GCP: machines in a VPC, the control plane behind Private Service Connect.

Facts: a private control plane has routes without names; a public one needs names on all of them,
or a load balancer for the API where there is no external DNS. References to networks are bare
names here, labels a mapping.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.kube.frozen import NEW_CLUSTER, frozen
from hcpc.mapping.codec import Codec, Keyed, Wrapped
from hcpc.mapping.table import row
from hcpc.platforms.platform import (
    Needs,
    Platform,
    Recovery,
    Surroundings,
    behind_load_balancer,
    machine_kinds,
    on_named_routes,
    table_of,
)
from hcpc.spec.types import EACH_ONCE, Form, NonEmpty, Short, Text, exclusive, matching

ResourceName = Annotated[
    NonEmpty,
    Field(max_length=63),
    matching(
        r"[a-z]([-a-z0-9]*[a-z0-9])?",
        "lower case letters, digits and `-`, beginning with a letter",
    ),
]
ProjectId = Annotated[
    NonEmpty,
    matching(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", "a project's id, 6 to 30 characters"),
]
Region = Annotated[
    NonEmpty,
    Field(max_length=63),
    matching(r"[a-z]+-[a-z]+[0-9]+", "a region such as `europe-west1`"),
]
Zone = Annotated[
    NonEmpty,
    Field(max_length=63),
    matching(r"[a-z]+(?:-[a-z0-9]+)*-[a-z]", "a zone such as `europe-west1-b`"),
]
PoolId = Annotated[
    NonEmpty,
    matching(
        r"(?!gcp-)[a-z][a-z0-9-]{2,30}[a-z0-9]",
        "4 to 32 lower case letters, digits and `-`, not beginning with `gcp-`",
    ),
]
Email = Annotated[
    NonEmpty,
    matching(
        r"[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z][a-z0-9-]{4,28}[a-z0-9]\.iam\.gserviceaccount\.com",
        "a service account such as `nodes-prod@my-project.iam.gserviceaccount.com`",
    ),
]
LabelKey = Annotated[
    NonEmpty,
    matching(
        r"(?!goog)[a-z]([_a-z0-9-]{0,61}[a-z0-9])?",
        "a label's key: lower case letters, digits, `_` and `-`, not beginning with `goog`",
    ),
]
LabelValue = Annotated[
    Text,
    matching(
        r"([a-z]([_a-z0-9-]{0,61}[a-z0-9])?)?",
        "a label's value: lower case letters, digits, `_` and `-`, beginning with a letter",
    ),
]
ResourceLabels = Annotated[dict[LabelKey, LabelValue], Field(min_length=1, max_length=60)]


class NetworkConfig(Form):
    """Networks of the cluster; fixed once it exists."""

    network: ResourceName = Field(description="Name of the VPC network.")
    private_service_connect_subnet: ResourceName = Field(
        description="Subnet of the endpoint to the control plane."
    )


class ServiceAccounts(Form):
    """Service accounts of the cluster's parts; all in the cluster's project."""

    cloud_controller: Email = Field(description="Of the cloud controller manager.")
    control_plane: Email = Field(description="Of the control plane operator.")
    image_registry: Email = Field(description="Of the image registry.")
    network: Email = Field(description="Of the network.")
    node_pool: Email = Field(description="Of machine management.")
    storage: Email = Field(description="Of the storage driver.")


class WorkloadIdentity(Form):
    """Trust in the cluster's issuer; fixed once it exists."""

    project_number: Annotated[NonEmpty, Field(max_length=25), matching("[0-9]+", "digits")] = Field(
        description="Number of the project."
    )
    pool_id: PoolId = Field(alias="poolID", description="Id of the workload identity pool.")
    provider_id: PoolId = Field(alias="providerID", description="Id of the provider in the pool.")
    service_accounts_emails: ServiceAccounts


class GcpCluster(Form):
    """`platform.gcp` of a cluster."""

    project: ProjectId = Field(description="Project of the machines; fixed.")
    region: Region = Field(description="Region of the machines; fixed.")
    network_config: NetworkConfig
    workload_identity: WorkloadIdentity
    endpoint_access: Literal["PublicAndPrivate", "Private"] | None = Field(
        None, description="How the control plane is reached; `Private` when absent."
    )
    resource_labels: ResourceLabels | None = Field(
        None, description="Labels of everything made in the project."
    )

    @model_validator(mode="after")
    def _own_accounts(self) -> Self:
        accounts = self.workload_identity.service_accounts_emails
        for email in accounts.model_dump().values():
            if not email.endswith(f"@{self.project}.iam.gserviceaccount.com"):
                raise PydanticCustomError(
                    "range",
                    "service account `{email}` is not in project `{project}`",
                    {"email": email, "project": self.project},
                )
        return self


class DiskKey(Form):
    """A key of our own."""

    kms_key_name: Annotated[
        NonEmpty,
        Field(max_length=2048),
        matching(
            r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+",
            "`projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY`",
        ),
    ] = Field(description="Resource name of the key.")


class BootDisk(Form):
    """The disk of a machine."""

    disk_size_gb: Annotated[int, Field(ge=20, le=65536)] | None = Field(
        None, alias="diskSizeGB", description="64 when absent."
    )
    disk_type: Literal["pd-standard", "pd-ssd", "pd-balanced"] | None = Field(
        None, description="Kind of disk; `pd-balanced` when absent."
    )
    encryption_key: DiskKey | None = None


class ServiceAccount(Form):
    """The service account of the machines."""

    email: Email | None = Field(None, description="Its address.")
    scopes: (
        Annotated[
            list[Annotated[NonEmpty, Field(max_length=512)]],
            Field(min_length=1, max_length=50),
            EACH_ONCE,
        ]
        | None
    ) = Field(None, description="What it may do.")


class GcpNodePool(Form):
    """`platform.gcp` of a node pool."""

    machine_type: Annotated[
        Short, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "a type such as `n2-standard-4`")
    ] = Field(description="Such as `n2-standard-4`.")
    zone: Zone = Field(description="Such as `europe-west1-b`.")
    subnet: ResourceName = Field(description="Name of the subnet of the machines.")
    image: Annotated[NonEmpty, Field(max_length=2048)] | None = Field(
        None, description="Machine image; the release's when absent."
    )
    boot_disk: BootDisk | None = None
    service_account: ServiceAccount | None = None
    provisioning_model: Literal["Standard", "Spot", "Preemptible"] | None = Field(
        None, description="At which terms machines run; `Standard` when absent."
    )
    on_host_maintenance: Literal["MIGRATE", "TERMINATE"] | None = Field(
        None, description="Whether machines move or end when their host is maintained."
    )
    network_tags: (
        Annotated[list[ResourceName], Field(min_length=1, max_length=64), EACH_ONCE] | None
    ) = Field(None, description="For firewall rules.")
    resource_labels: ResourceLabels | None = Field(None, description="Labels of the machines.")

    @model_validator(mode="after")
    def _interruptible_ends(self) -> Self:
        if self.provisioning_model in {"Spot", "Preemptible"} and (
            self.on_host_maintenance == "MIGRATE"
        ):
            exclusive(self, "provisioningModel", "onHostMaintenance")
        return self


_LABELS = Keyed("key", Wrapped("value"))
_NETWORK = Wrapped("name")
_CLUSTER: Codec = table_of(
    GcpCluster,
    row("networkConfig.network", "networkConfig.network", _NETWORK),
    row(
        "networkConfig.privateServiceConnectSubnet",
        "networkConfig.privateServiceConnectSubnet",
        _NETWORK,
    ),
    row("resourceLabels", "resourceLabels", _LABELS),
)
_NODE_POOL: Codec = table_of(GcpNodePool, row("resourceLabels", "resourceLabels", _LABELS))


def _publish(around: Surroundings) -> dict[str, dict[str, Any]]:
    if around.settings.get("endpointAccess", "Private") == "Private":
        return on_named_routes(around, ())
    if not around.external_dns_domain:
        return behind_load_balancer(around)
    return on_named_routes(around)


def _needs(settings: dict[str, Any]) -> Needs:
    return Needs(private=True, region=settings["region"], trusted_issuer=True)


_FROZEN = tuple(
    frozen(name, NEW_CLUSTER)
    for name in (
        "project",
        "region",
        "networkConfig.network",
        "networkConfig.privateServiceConnectSubnet",
        "workloadIdentity",
    )
)

PLATFORM = Platform(
    manifest_type="GCP",
    member="gcp",
    cluster=GcpCluster,
    node_pool=GcpNodePool,
    publish=_publish,
    arches=("amd64", "arm64"),
    processors=lambda pool: str(pool.get("machineType")).rpartition("-")[2],
    cluster_codec=_CLUSTER,
    node_pool_codec=_NODE_POOL,
    recovery=Recovery(resources=machine_kinds("gcp")),
    needs=_needs,
    tech_preview=True,
    annotations={"capi-provider-gcp-image": ""},
    frozen=_FROZEN,
    disruptive={
        "endpointAccess": "its endpoints are made anew, and clients may lose the API on the way",
    },
)
