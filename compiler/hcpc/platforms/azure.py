"""Azure: machines in a virtual network, with managed or workload identities.

Facts: with workload identities nodes use konnectivity and ignition on routes without names of
their own; with managed identities every service has a named route. Without external DNS the API
is on a load balancer. Most ids are fixed once the cluster exists.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.diagnostics import codes
from hcpc.kube.frozen import NEW_CLUSTER, NEW_POOL, Frozen, frozen, presence
from hcpc.kube.loose import mapping, text
from hcpc.mapping.codec import Codec, Member, union
from hcpc.mapping.table import get, row
from hcpc.platforms.platform import (
    SERVICES,
    KmsProvider,
    Needs,
    Platform,
    Pool,
    PoolFault,
    Problem,
    Publishing,
    Recovery,
    Surroundings,
    behind_load_balancer,
    machine_kinds,
    on_named_routes,
    table_of,
)
from hcpc.spec.types import (
    EACH_ONCE,
    DnsLabel,
    Form,
    HttpsUrl,
    NonEmpty,
    Nothing,
    Short,
    Uuid,
    exclusive,
    matching,
    not_empty,
    one_of,
)
from hcpc.syntax.tree import FieldPath

_GROUP = r"[-0-9A-Za-z_().]{0,89}[-0-9A-Za-z_()]"
_SUBNET = (
    rf"/resourceGroups/{_GROUP}/providers/Microsoft\.Network"
    r"/virtualNetworks/[-0-9A-Za-z_.]{1,63}[0-9A-Za-z_]"
    r"/subnets/[0-9A-Za-z]([-0-9A-Za-z_.]{0,78}[0-9A-Za-z_])?"
)
_UUID = r"\{?[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?"
_A_SUBNET = (
    "`/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Network"
    "/virtualNetworks/NETWORK/subnets/NAME`"
)
SubnetId = Annotated[NonEmpty, Field(max_length=355)]
ClusterSubnetId = Annotated[SubnetId, matching(rf"/subscriptions/[^/]+{_SUBNET}", _A_SUBNET)]
PoolSubnetId = Annotated[SubnetId, matching(rf"/subscriptions/{_UUID}{_SUBNET}", _A_SUBNET)]
NatSubnetId = Annotated[
    SubnetId,
    matching(
        r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
        r"/virtualNetworks/[^/]+/subnets/[^/]+",
        _A_SUBNET,
    ),
]
EncryptionSetId = Annotated[
    NonEmpty,
    Field(max_length=285),
    matching(
        rf"/subscriptions/{_UUID}/resourceGroups/{_GROUP}/providers/Microsoft\.Compute"
        r"/diskEncryptionSets/[-0-9A-Za-z_]{1,80}",
        "`/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Compute"
        "/diskEncryptionSets/NAME`",
    ),
]
IdentityId = Annotated[
    NonEmpty,
    Field(min_length=131, max_length=345),
    matching(
        r"(?i)/subscriptions/[^/]+/resourcegroups/[^/]+/providers/microsoft\.managedidentity"
        r"/userassignedidentities/[^/]+",
        "`/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity"
        "/userAssignedIdentities/NAME`",
    ),
]
ResourceGroup = Annotated[
    NonEmpty,
    Field(max_length=90),
    matching(
        r"[a-zA-Z0-9_()\-.]{1,89}[a-zA-Z0-9_()\-]",
        "2 to 90 letters, digits and `_ ( ) - .`, not ending with `.`",
    ),
]
VmSize = Annotated[
    Short,
    matching(
        r"(Standard_|Basic_)?[A-Z]+[0-9]+(-[0-9]+)?[abdilmptsCNP]*(_[A-Z]*[0-9]+[A-Z]*)?"
        r"(_v[0-9]+)?",
        "a size such as `Standard_D4s_v5`",
    ),
]
VaultSecret = Annotated[
    NonEmpty, Field(max_length=127), matching(r"[a-zA-Z0-9-]+", "letters, digits and `-` only")
]


class ManagedIdentity(Form):
    """An identity whose credentials are in the key vault."""

    client_id: Uuid | None = Field(None, alias="clientID", description="Client id of the identity.")
    credentials_secret_name: VaultSecret = Field(description="Secret in the key vault.")
    object_encoding: Literal["utf-8", "hex", "base64"] = Field(
        description="How the credentials are written in the vault."
    )


class KeyVault(Form):
    """The key vault with the credentials of the identities."""

    name: Short = Field(description="Name of the vault.")
    tenant_id: Short = Field(alias="tenantID", description="Tenant of the vault.")


class ControlPlaneIdentities(Form):
    """Identities of the parts that run on the management cluster."""

    managed_identities_key_vault: KeyVault
    cloud_provider: ManagedIdentity
    control_plane_operator: ManagedIdentity
    disk: ManagedIdentity
    file: ManagedIdentity
    image_registry: ManagedIdentity | None = None
    ingress: ManagedIdentity
    network: ManagedIdentity
    node_pool_management: ManagedIdentity


class DataPlaneIdentities(Form):
    """Client ids of the identities of the parts that run inside the hosted cluster."""

    disk_client_id: Short = Field(alias="diskMSIClientID", description="Of the disk driver.")
    file_client_id: Short = Field(alias="fileMSIClientID", description="Of the file driver.")
    image_registry_client_id: Short = Field(
        alias="imageRegistryMSIClientID", description="Of the image registry."
    )


class ManagedIdentities(Form):
    """Identities of a service that the provider runs."""

    control_plane: ControlPlaneIdentities
    data_plane: DataPlaneIdentities


class WorkloadIdentity(Form):
    """An identity that trusts the cluster's issuer."""

    client_id: Uuid = Field(alias="clientID", description="Client id of the identity.")


class WorkloadIdentities(Form):
    """Identities of a cluster that we run ourselves."""

    cloud_provider: WorkloadIdentity
    control_plane_operator: WorkloadIdentity | None = Field(
        None, description="Needed with `private.privateLink`."
    )
    disk: WorkloadIdentity
    file: WorkloadIdentity
    image_registry: WorkloadIdentity
    ingress: WorkloadIdentity
    network: WorkloadIdentity
    node_pool_management: WorkloadIdentity


class Authentication(Form):
    """How the cluster's parts reach the cloud: exactly one way."""

    managed_identities: ManagedIdentities | None = None
    workload_identities: WorkloadIdentities | None = None

    _one = one_of("managedIdentities", "workloadIdentities")


class PrivateLink(Form):
    """A private endpoint in front of the API."""

    nat_subnet_id: NatSubnetId | None = Field(
        None,
        alias="natSubnetID",
        description="Subnet with the addresses of the private link service.",
    )
    additional_allowed_subscriptions: (
        Annotated[list[Uuid], Field(min_length=1, max_length=50), EACH_ONCE] | None
    ) = Field(None, description="Further subscriptions that may connect.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        not_empty(self)
        return self


class Swift(Form):
    """Pods of the control plane in the cluster's own network."""

    pod_network_instance: DnsLabel = Field(description="Name of the PodNetworkInstance.")


class Private(Form):
    """How nodes reach a control plane that is not public only: exactly one way."""

    private_link: PrivateLink | None = None
    swift: Swift | None = None

    _one = one_of("privateLink", "swift")


class RegistryIdentity(Form):
    """The identity that pulls images."""

    resource_id: IdentityId = Field(alias="resourceID", description="Resource id of the identity.")


class RegistryCredentials(Form):
    """How nodes authenticate to container registries."""

    managed_identity: RegistryIdentity


class ContainerRegistry(Form):
    """Container registries in the same cloud."""

    credentials: RegistryCredentials


class AzureCluster(Form):
    """`platform.azure` of a cluster."""

    cloud: (
        Literal[
            "AzurePublicCloud",
            "AzureUSGovernmentCloud",
            "AzureChinaCloud",
            "AzureGermanCloud",
            "AzureBleuCloud",
            "AzureStackCloud",
        ]
        | None
    ) = Field(None, description="Which cloud; `AzurePublicCloud` when absent.")
    location: Short = Field(description="Region of the machines; fixed.")
    subscription_id: Short = Field(alias="subscriptionID", description="Fixed.")
    tenant_id: Short = Field(alias="tenantID", description="Tenant of the subscription.")
    resource_group: ResourceGroup = Field(description="Where machines and disks are made; fixed.")
    vnet_id: Short = Field(alias="vnetID", description="Virtual network; fixed.")
    subnet_id: ClusterSubnetId = Field(alias="subnetID", description="Subnet; fixed.")
    security_group_id: Short = Field(
        alias="securityGroupID", description="Network security group; fixed."
    )
    authentication: Authentication = Field(description="Identities of the cluster's parts.")
    topology: Literal["Public", "PublicAndPrivate", "Private"] | None = Field(
        None, description="How the control plane is reached."
    )
    private: Private | None = Field(
        None, description="With a topology other than `Public`; its kind is fixed."
    )
    container_registry: ContainerRegistry | None = None

    @model_validator(mode="after")
    def _private_fits(self) -> Self:
        if self.topology in {"PublicAndPrivate", "Private"}:
            exclusive(self, "private", required=True)
        elif self.private is not None:
            exclusive(self, "topology", "private")
            exclusive(self, "topology", required=True)
        identities = self.authentication.workload_identities
        if (
            self.private is not None
            and self.private.private_link is not None
            and identities is not None
            and identities.control_plane_operator is None
        ):
            fields = ["authentication.workloadIdentities.controlPlaneOperator"]
            raise PydanticCustomError("one_of", "one of these is needed", {"fields": fields})
        return self


class MarketplaceImage(Form):
    """An image of the marketplace; what is absent comes from the release."""

    publisher: (
        Annotated[
            NonEmpty,
            Field(min_length=3, max_length=50),
            matching(r"[a-z0-9][a-z0-9_-]{2,49}", "lower case letters, digits, `-` and `_`"),
        ]
        | None
    ) = Field(None, description="Who publishes the image.")
    offer: Short | None = Field(None, description="Name of the offer.")
    sku: (
        Annotated[Short, matching(r"[a-z0-9_-]+", "lower case letters, digits, `-` and `_`")] | None
    ) = Field(None, description="Which variant of the offer.")
    version: (
        Annotated[
            NonEmpty,
            Field(max_length=32),
            matching(r"[0-9]+\.[0-9]+\.[0-9]+|latest", "`1.2.3` or `latest`"),
        ]
        | None
    ) = Field(None, description="Version of the image.")
    image_generation: Literal["Gen1", "Gen2"] | None = Field(
        None, description="Generation of the virtual machine; `Gen2` when absent."
    )

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        parts = ("publisher", "offer", "sku", "version")
        absent = [name for name in parts if getattr(self, name) is None]
        if 0 < len(absent) < len(parts):
            raise PydanticCustomError("one_of", "one of these is needed", {"fields": [absent[0]]})
        return self


class Image(Form):
    """The machine image: exactly one way to name it."""

    image_id: Short | None = Field(None, alias="imageID", description="Resource id of an image.")
    azure_marketplace: MarketplaceImage | None = Field(
        None, description="`{}` takes the release's own image."
    )

    _one = one_of("imageID", "azureMarketplace")


class OsDisk(Form):
    """The disk of a machine."""

    size_gib: Annotated[int, Field(ge=16, le=32767)] | None = Field(
        None, alias="sizeGiB", description="GiB."
    )
    disk_storage_account_type: (
        Literal["Premium_LRS", "PremiumV2_LRS", "Standard_LRS", "StandardSSD_LRS"] | None
    ) = Field(None, description="Kind of disk.")
    encryption_set_id: EncryptionSetId | None = Field(
        None, alias="encryptionSetID", description="Resource id of the disk encryption set."
    )
    persistence: Literal["Persistent", "Ephemeral"] | None = Field(
        None, description="Whether the disk survives when the machine moves to another host."
    )


class UserManaged(Form):
    """A storage account of our own."""

    storage_account_uri: Annotated[HttpsUrl, Field(max_length=1024)] = Field(
        alias="storageAccountURI", description="URL of the account's blobs."
    )


class Diagnostics(Form):
    """Where boot diagnostics go: exactly one way."""

    managed: Nothing | None = Field(None, description="Kept by Azure.")
    user_managed: UserManaged | None = None
    disabled: Nothing | None = Field(None, description="Kept nowhere.")

    _one = one_of("managed", "userManaged", "disabled")


class AzureNodePool(Form):
    """`platform.azure` of a node pool."""

    vm_size: VmSize = Field(description="Such as `Standard_D4s_v5`.")
    image: Image
    os_disk: OsDisk
    subnet_id: PoolSubnetId = Field(alias="subnetID", description="Fixed.")
    availability_zone: Annotated[NonEmpty, matching("[123]", "`1`, `2` or `3`")] | None = Field(
        None, description="Zone of the machines; chosen by Azure when absent."
    )
    encryption_at_host: Literal["Enabled", "Disabled"] | None = Field(
        None, description="Whether disks are encrypted on the host, too."
    )
    diagnostics: Diagnostics | None = None


class VaultKey(Form):
    """A key in a key vault."""

    key_vault_name: Short = Field(description="Name of the vault.")
    key_name: Short = Field(description="Name of the key.")
    key_version: Short = Field(description="Version of the key.")


class AzureKms(Form):
    """`encryption.kms.azure` of a cluster."""

    active_key: VaultKey = Field(description="Encrypts what is written from now on.")
    backup_key: VaultKey | None = Field(None, description="The one before, still needed to read.")
    key_vault_type: Literal["KeyVault", "ManagedHSM"] | None = Field(
        None, description="Kind of vault; `KeyVault` when absent; fixed."
    )
    key_vault_access: Literal["Public", "Private", ""] | None = Field(
        None, description="How the vault is reached."
    )
    kms: ManagedIdentity | None = Field(None, description="Managed identity that uses the keys.")
    workload_identity: WorkloadIdentity | None = Field(
        None, description="Workload identity that uses the keys."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        exclusive(self, "kms", "workloadIdentity", required=True)
        backup = self.backup_key
        if backup is not None and backup.key_vault_name != self.active_key.key_vault_name:
            message = "`backupKey` and `activeKey` must be in the same key vault"
            raise PydanticCustomError("range", message, {"fields": ["activeKey", "backupKey"]})
        return self


_AUTHENTICATION = union(
    "azureAuthenticationConfigType",
    {
        "managedIdentities": Member("ManagedIdentities", "managedIdentities"),
        "workloadIdentities": Member("WorkloadIdentities", "workloadIdentities"),
    },
)
_PRIVATE = union(
    "type",
    {
        "privateLink": Member("PrivateLink", "privateLink"),
        "swift": Member("Swift", "swift"),
    },
)
_CREDENTIALS = union("type", {"managedIdentity": Member("ManagedIdentity", "managedIdentity")})
_IMAGE = union(
    "type",
    {
        "imageID": Member("ImageID", "imageID"),
        "azureMarketplace": Member("AzureMarketplace", "azureMarketplace"),
    },
    sparse=True,
)
_DIAGNOSTICS = union(
    "storageAccountType",
    {
        "managed": Member("Managed", None),
        "userManaged": Member("UserManaged", "userManaged"),
        "disabled": Member("Disabled", None),
    },
)
_CLUSTER: Codec = table_of(
    AzureCluster,
    row("authentication", "azureAuthenticationConfig", _AUTHENTICATION),
    row("private", "private", _PRIVATE),
    row("containerRegistry.credentials", "containerRegistry.credentials", _CREDENTIALS),
)
_NODE_POOL: Codec = table_of(
    AzureNodePool, row("image", "image", _IMAGE), row("diagnostics", "diagnostics", _DIAGNOSTICS)
)


def _publish(around: Surroundings) -> dict[str, dict[str, Any]]:
    if not around.external_dns_domain:
        return behind_load_balancer(around)
    managed = "managedIdentities" in around.settings.get("authentication", {})
    return on_named_routes(around, SERVICES if managed else ("api", "oauth"))


def _processors(pool: dict[str, Any]) -> Any:
    """The first number of a size: 4 of `Standard_D4s_v5`."""
    found = re.search(r"[0-9]+", text(pool.get("vmSize")))
    return found and found[0]


_MARKETPLACE = (4, 20)
"""Releases from here on know their own image of the marketplace."""


def _pool_faults(pool: Pool) -> Iterator[PoolFault]:
    """Source: HyperShift, nodepool controller, Azure images."""
    image = mapping(pool.pool.get("image"))
    named = mapping(image.get("azureMarketplace")).get("publisher")
    if (
        image.get("type") == "AzureMarketplace"
        and not named
        and (0, 0) < pool.release < _MARKETPLACE
    ):
        yield PoolFault(
            codes.POOL_UNFIT,
            ("image",),
            "releases before 4.20 do not name an image of the marketplace",
            "say its `publisher`, `offer`, `sku` and `version`, or take an `imageID`",
        )


def _needs(settings: dict[str, Any]) -> Needs:
    by_issuer = "workloadIdentities" in settings.get("authentication", {})
    return Needs(private="privateLink" in settings.get("private", {}), trusted_issuer=by_issuer)


def _publishing(settings: dict[str, Any]) -> Publishing:
    """What the CRD of August 2026 checks; the ones before asked for host names, too."""
    way = settings.get("azureAuthenticationConfig")
    by_issuer = isinstance(way, dict) and "workloadIdentities" in way
    login = ("LoadBalancer", "Route") if by_issuer else ("Route",)
    return Publishing({"Ignition": ("Route",), "Konnectivity": ("Route",), "OAuthServer": login})


_HSM: FieldPath = ("spec", "secretEncryption", "kms", "azure", "keyVaultType")
_FIRST_WITH_HSM = (4, 22)


def _problems(body: dict[str, Any], version: tuple[int, int]) -> Iterator[Problem]:
    """Source: HyperShift, hostedcluster controller, `validateManagedHSMVersion`."""
    if get(body, _HSM) == "ManagedHSM" and (0, 0) < version < _FIRST_WITH_HSM:
        yield Problem(
            codes.SETTING_UNFIT,
            _HSM,
            f"keys in a `ManagedHSM` need release 4.22, this is {version[0]}.{version[1]}",
            "use a key vault, or a later release; the kind of vault cannot be changed later",
        )


def _is_public_in_both(old: Any, new: Any) -> bool:
    return bool(old == "Public") is bool(new == "Public")


_FROZEN = (
    *(
        frozen(name, NEW_CLUSTER)
        for name in ("location", "subscriptionID", "vnetID", "subnetID", "securityGroupID")
    ),
    frozen("resourceGroup", NEW_CLUSTER, "default", added="refused", removed="refused"),
    frozen("topology", NEW_CLUSTER, removed="refused", same=_is_public_in_both),
    frozen("private", NEW_CLUSTER, added="refused", removed="refused", same=presence),
    *(
        frozen(f"private.{name}", NEW_CLUSTER)
        for name in ("type", "privateLink.natSubnetID", "swift.podNetworkInstance")
    ),
)
_KEEP_KEYS = "this way to the keys is chosen once: a new key of the same vault may be named"
_FROZEN_OF_KMS: tuple[Frozen, ...] = (
    frozen("keyVaultType", _KEEP_KEYS, "KeyVault", added="refused", removed="refused"),
    frozen("kms", _KEEP_KEYS, added="refused", removed="refused", same=presence),
)

PLATFORM = Platform(
    manifest_type="Azure",
    member="azure",
    cluster=AzureCluster,
    node_pool=AzureNodePool,
    publish=_publish,
    arches=("amd64", "arm64"),
    processors=_processors,
    scales_to_zero=True,
    pool_faults=_pool_faults,
    cluster_codec=_CLUSTER,
    node_pool_codec=_NODE_POOL,
    kms=KmsProvider("Azure", AzureKms),
    recovery=Recovery(
        resources=machine_kinds("azure"),
        only_here="the vendor restores clusters on this platform to the same one only",
    ),
    needs=_needs,
    publishing=_publishing,
    needs_member=True,
    problems=_problems,
    annotations={
        "azure-load-balancer-health-probe-mode": "",
        "capi-provider-azure-image": "",
        "swift-pod-network-instance": "",
    },
    frozen=_FROZEN,
    frozen_of_pool=(frozen("subnetID", NEW_POOL, added="free"),),
    frozen_of_kms=_FROZEN_OF_KMS,
)
