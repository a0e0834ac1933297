"""AWS: machines in a VPC, reached over load balancers, routes or private endpoints.

Facts: the API is on a load balancer or a named route, the other services always on routes; nodes
use konnectivity and ignition over the private endpoint where there is one, so these need public
names only when access is `Public`. Tags, filters and endpoints are lists keyed by name.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import Discriminator, Field, Tag, model_validator

from hcpc.diagnostics import codes
from hcpc.diagnostics.suggest import listed
from hcpc.kube.loose import mapping, numbered, text
from hcpc.mapping.codec import Codec, Each, Keyed, Unliftable, Wrapped
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
    MOST_INT64,
    Form,
    HttpsUrl,
    Int64,
    NonEmpty,
    Short,
    exclusive,
    matching,
    one_of,
)
from hcpc.syntax.tree import FieldPath, Path

Arn = Annotated[NonEmpty, Field(max_length=2048)]
SharedRoleArn = Annotated[
    Arn,
    matching(
        r"arn:(aws|aws-cn|aws-us-gov):iam::[0-9]{12}:role/.*",
        "a role's ARN such as `arn:aws:iam::123456789012:role/name`",
    ),
]
QueueUrl = Annotated[
    NonEmpty,
    Field(max_length=512),
    matching(
        r"https://sqs\.[a-z0-9-]+\.amazonaws\.com/[0-9]{12}/[a-zA-Z0-9_-]+(\.fifo)?",
        "a queue's URL such as `https://sqs.us-east-1.amazonaws.com/123456789012/name`",
    ),
]
_TAG = matching(r"[0-9A-Za-z_.:/=+@-]+", "letters, digits and `_ . : / = + - @` only")
TagKey = Annotated[NonEmpty, Field(max_length=128), _TAG]
TagValue = Annotated[NonEmpty, Field(max_length=256), _TAG]
Filters = Annotated[dict[Short, Annotated[list[Short], Field(max_length=50)]], Field(max_length=50)]


class GuardedTag(Form):
    """A tag that says whether node pools may give it another value."""

    value: TagValue = Field(description="The tag's value.")
    override_policy: Literal["Allow", "Deny"] = Field(
        description="Whether a node pool's tag of this name wins."
    )


def _tag_shape(value: Any) -> str:
    return "guarded" if isinstance(value, dict | GuardedTag) else "bare"


# Only the arm whose shape is there complains. Tags that begin like this are, for the validator of
# specs, no part of a finding's path.
ClusterTag = Annotated[
    Annotated[TagValue, Tag("bare")] | Annotated[GuardedTag, Tag("guarded")],
    Discriminator(_tag_shape),
]


class Resource(Form):
    """Something in AWS, by id or by filters."""

    id: Short | None = Field(None, description="Its id.")
    filters: Filters | None = Field(None, description="Accepted values by the filter's name.")


class CloudProviderConfig(Form):
    """Where the cloud controller manager works."""

    subnet: Resource | None = None
    vpc: Short = Field(description="Id of the VPC.")
    zone: Short | None = Field(None, description="Availability zone.")


class Roles(Form):
    """The roles that parts of the control plane and of the cluster assume."""

    control_plane_operator_arn: Arn = Field(
        alias="controlPlaneOperatorARN",
        description="Role of the control plane operator: private endpoints and DNS.",
    )
    image_registry_arn: Arn = Field(
        alias="imageRegistryARN", description="Role of the image registry: its bucket."
    )
    ingress_arn: Arn = Field(alias="ingressARN", description="Role of the ingress operator: DNS.")
    kube_cloud_controller_arn: Arn = Field(
        alias="kubeCloudControllerARN",
        description="Role of the cloud controller manager: load balancers and nodes.",
    )
    network_arn: Arn = Field(
        alias="networkARN", description="Role of the network: egress addresses of nodes."
    )
    node_pool_management_arn: Arn = Field(
        alias="nodePoolManagementARN", description="Role of machine management: instances."
    )
    storage_arn: Arn = Field(alias="storageARN", description="Role of the storage driver: volumes.")


class SharedRoles(Form):
    """Roles in the account that owns a shared VPC."""

    control_plane_arn: SharedRoleArn = Field(
        alias="controlPlaneARN", description="Role of the control plane operator there."
    )
    ingress_arn: SharedRoleArn = Field(
        alias="ingressARN", description="Role of the ingress operator there."
    )


class SharedVpc(Form):
    """A VPC that belongs to another account."""

    local_zone_id: Annotated[NonEmpty, Field(max_length=32)] = Field(
        alias="localZoneID", description="Id of the hosted zone `CLUSTER.hypershift.local`."
    )
    roles_ref: SharedRoles


class AwsCluster(Form):
    """`platform.aws` of a cluster."""

    region: Short = Field(description="AWS region of the machines.")
    roles_ref: Roles = Field(description="ARNs of the roles the cluster's parts assume.")
    cloud_provider_config: CloudProviderConfig | None = Field(
        None, description="VPC, zone and subnet of the cluster."
    )
    endpoint_access: Literal["Public", "PublicAndPrivate", "Private"] | None = Field(
        None, description="How the control plane is reached; `Public` when absent."
    )
    resource_tags: Annotated[dict[TagKey, ClusterTag], Field(max_length=25)] | None = Field(
        None, description="Tags of everything made in AWS, values by key."
    )
    service_endpoints: (
        Annotated[dict[Short, Annotated[HttpsUrl, Field(max_length=2048)]], Field(max_length=50)]
        | None
    ) = Field(None, description="URLs in place of AWS's own, by service.")
    additional_allowed_principals: Annotated[list[Short], Field(max_length=25)] | None = Field(
        None, description="ARNs that may connect to the private endpoint."
    )
    shared_vpc: SharedVpc | None = Field(None, alias="sharedVPC")
    termination_handler_queue_url: QueueUrl | None = Field(
        None,
        alias="terminationHandlerQueueURL",
        description="SQS queue that announces the end of spot instances.",
    )
    multi_arch: bool | None = Field(None, description="Deprecated; without effect.")


class Subnet(Form):
    """A subnet, by id or by filters."""

    id: Annotated[Short, matching(r"subnet-.*", "a subnet's id that begins `subnet-`")] | None = (
        Field(None, description="Its id, `subnet-…`.")
    )
    filters: Annotated[Filters, Field(min_length=1)] | None = Field(
        None, description="Accepted values by the filter's name."
    )

    _one = one_of("id", "filters")


class RootVolume(Form):
    """The root volume of a machine."""

    size: Annotated[int, Field(ge=8, le=MOST_INT64)] = Field(description="GiB.")
    type: Short = Field(description="Such as `gp3` or `io2`.")
    iops: Int64 | None = Field(None, description="Operations a second that are reserved.")
    encrypted: bool | None = Field(None, description="Whether the volume is encrypted.")
    encryption_key: Arn | None = Field(None, description="Id or ARN of a KMS key.")


class CapacityReservation(Form):
    """Capacity that was reserved beforehand."""

    id: (
        Annotated[
            NonEmpty,
            Field(max_length=20),
            matching(r"cr-[a-f0-9]{17}", "`cr-` and 17 hexadecimal digits in lower case"),
        ]
        | None
    ) = Field(None, description="Id of the reservation, `cr-…`.")
    preference: Literal["None", "CapacityReservationsOnly", "Open", ""] | None = Field(
        None, description="Whether reservations are used."
    )
    market_type: Literal["OnDemand", "CapacityBlocks"] | None = Field(
        None, description="Deprecated; say it one level up."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.preference in {"Open", "None"}:
            exclusive(self, "id", "preference")
        if self.market_type == "CapacityBlocks":
            exclusive(self, "id", required=True)
        return self


class Spot(Form):
    """Options of spot instances."""

    max_price: (
        Annotated[
            NonEmpty,
            Field(max_length=20),
            matching(r"[0-9]+(\.[0-9]+)?", "US dollars an hour such as `0.05`"),
        ]
        | None
    ) = Field(None, description="US dollars an hour; the on-demand price when absent.")


class Placement(Form):
    """Where and at which terms machines run."""

    tenancy: Literal["default", "dedicated", "host"] | None = Field(
        None, description="Whether the hardware is shared; it is when absent."
    )
    market_type: Literal["OnDemand", "Spot", "CapacityBlocks", ""] | None = Field(
        None, description="At which terms; `OnDemand` when absent."
    )
    spot: Spot | None = Field(None, description="With `marketType: Spot` only.")
    capacity_reservation: CapacityReservation | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.tenancy == "host":
            exclusive(self, "tenancy", "capacityReservation")
        if self.market_type == "Spot":
            exclusive(self, "marketType", "capacityReservation")
            if self.tenancy != "default":
                exclusive(self, "marketType", "tenancy")
        elif self.spot is not None:
            exclusive(self, "marketType", "spot")
            exclusive(self, "marketType", required=True)
        if self.market_type == "CapacityBlocks":
            exclusive(self, "capacityReservation", required=True)
        return self


class AwsNodePool(Form):
    """`platform.aws` of a node pool."""

    instance_type: Short = Field(description="Such as `m6i.xlarge`.")
    subnet: Subnet = Field(description="Where the machines are; one subnet, one zone.")
    instance_profile: Short | None = Field(
        None, description="IAM instance profile; the cluster's worker profile when absent."
    )
    root_volume: RootVolume | None = None
    ami: Short | None = Field(None, description="Machine image; the release's when absent.")
    image_type: Literal["Linux", "Windows"] | None = Field(
        None, description="Operating system; `Linux` when absent."
    )
    security_groups: Annotated[list[Resource], Field(max_length=50)] | None = Field(
        None, description="In place of the cluster's worker security group."
    )
    resource_tags: Annotated[dict[TagKey, TagValue], Field(max_length=25)] | None = Field(
        None, description="Tags of the machines, values by key."
    )
    placement: Placement | None = None


class KeyArn(Form):
    """A key of KMS."""

    arn: Annotated[Arn, matching(r"arn:.*", "an ARN that begins `arn:`")] = Field(
        description="ARN of the key."
    )


class KmsAuth(Form):
    """Who may use the keys."""

    aws_kms: Arn = Field(description="ARN of the role that encrypts and decrypts.")


class AwsKms(Form):
    """`encryption.kms.aws` of a cluster."""

    region: Short = Field(description="Region of the keys.")
    active_key: KeyArn = Field(description="Encrypts what is written from now on.")
    backup_key: KeyArn | None = Field(None, description="The one before, still needed to read.")
    auth: KmsAuth


class _TagCodec(NamedTuple):
    """A tag's bare value, or value and policy, against the tag without its key."""

    says: str = "a bare value, or with `overridePolicy`"

    def lower(self, value: Any) -> Any:
        return dict(value) if isinstance(value, dict) else {"value": value}

    def lift(self, value: Any) -> Any:
        match value:
            case {"value": str(bare), **rest} if not rest:
                return bare
            case {"value": str(), "overridePolicy": str(), **rest} if not rest:
                return dict(value)
        raise Unliftable

    def trace(self, rest: Path, value: Any) -> Path:
        return rest if isinstance(value, dict) and "overridePolicy" in value else ()


_FILTERS = row("filters", "filters", Keyed("name", Wrapped("values")))
_RESOURCE: Codec = table_of(Resource, _FILTERS)
_CLUSTER: Codec = table_of(
    AwsCluster,
    row(
        "cloudProviderConfig",
        "cloudProviderConfig",
        table_of(CloudProviderConfig, row("subnet", "subnet", _RESOURCE)),
    ),
    row("resourceTags", "resourceTags", Keyed("key", _TagCodec())),
    row("serviceEndpoints", "serviceEndpoints", Keyed("name", Wrapped("url"))),
)
_NODE_POOL: Codec = table_of(
    AwsNodePool,
    row("subnet", "subnet", table_of(Subnet, _FILTERS)),
    row("securityGroups", "securityGroups", Each(_RESOURCE)),
    row("resourceTags", "resourceTags", Keyed("key", Wrapped("value"))),
)
_NAMED = {"Public": SERVICES, "PublicAndPrivate": ("api", "oauth"), "Private": ("api",)}


def _publish(around: Surroundings) -> dict[str, dict[str, Any]]:
    if not around.external_dns_domain:
        return behind_load_balancer(around)
    return on_named_routes(around, _NAMED[around.settings.get("endpointAccess", "Public")])


def _needs(settings: dict[str, Any]) -> Needs:
    private = settings.get("endpointAccess", "Public") != "Public"
    return Needs(private, settings["region"], oidc_bucket=True, trusted_issuer=True)


def _publishing(settings: dict[str, Any]) -> Publishing:
    """What the operator checks. Source: hostedcluster controller, `validateAWSConfig`."""
    is_private = text(settings.get("endpointAccess")) in {"Private", "PublicAndPrivate"}
    routes = dict.fromkeys(("Ignition", "Konnectivity", "OAuthServer"), ("Route",))
    return Publishing(
        {"APIServer": ("LoadBalancer", "Route"), **routes}, ("APIServer",), is_private
    )


_READ_BY_OPERATOR = "arn-from-secret::"
_ROLES: FieldPath = ("spec", "platform", "aws", "rolesRef")
_REWRITTEN: tuple[FieldPath, ...] = (
    (*_ROLES, "nodePoolManagementARN"),
    (*_ROLES, "controlPlaneOperatorARN"),
    (*_ROLES, "kubeCloudControllerARN"),
    ("spec", "secretEncryption", "kms", "aws", "auth", "awsKms"),
)
_TAGS: FieldPath = ("spec", "platform", "aws", "resourceTags")
_OWNED = "kubernetes.io/cluster/"


def _problems(body: dict[str, Any], version: tuple[int, int]) -> Iterator[Problem]:
    del version
    for path in _REWRITTEN:
        value = get(body, path)
        if isinstance(value, str) and value.startswith(_READ_BY_OPERATOR):
            yield Problem(
                codes.REWRITTEN,
                path,
                f"the operator writes the role's ARN over `{path[-1]}`",
                "write the ARN itself: what the operator writes is never what stands in git",
            )
    multi: FieldPath = ("spec", "platform", "aws", "multiArch")
    if get(body, multi) is True:
        yield Problem(
            codes.DEPRECATED_SETTING,
            multi,
            "`multiArch` has no effect any more",
            "remove it: the release's image tells its architectures",
        )
    yield from _tag_problems(body)


def _tag_problems(body: dict[str, Any]) -> Iterator[Problem]:
    tags = get(body, _TAGS)
    own = f"{_OWNED}{get(body, ('spec', 'infraID'))}"
    seen: set[str] = set()
    for at, tag in enumerate(tags if isinstance(tags, list) else ()):
        key = tag.get("key") if isinstance(tag, dict) else None
        if not isinstance(key, str):
            continue
        path: Path = (*_TAGS, at, "key")
        if key in seen:
            message = f"tag `{key}` is given twice"
            yield Problem(
                codes.SETTING_UNFIT, path, message, "a key has one value: remove the other"
            )
        elif key.startswith(_OWNED) and key != own:
            yield Problem(
                codes.SETTING_UNFIT,
                path,
                f"tag `{key}` makes everything another cluster's",
                "remove it: the operator tags what is made with the cluster's own `infraID`",
            )
        seen.add(key)


def _processors(pool: dict[str, Any]) -> Any:
    """Types of one size have as many, whatever their family: `xlarge` of `m6i.xlarge`."""
    return text(pool.get("instanceType")).rpartition(".")[2]


_RESERVATIONS = (4, 19)
_QUEUE = "hypershift.openshift.io/aws-termination-handler-queue-url"
_WITH_IOPS = ("io1", "io2", "gp3")


def _pool_faults(pool: Pool) -> Iterator[PoolFault]:
    """Source: HyperShift, nodepool controller, `validPlatformConfig`; AWS on volumes."""
    placement = mapping(pool.pool.get("placement"))
    if "capacityReservation" in placement and (0, 0) < pool.control_plane < _RESERVATIONS:
        path: Path = ("placement", "capacityReservation")
        message = "capacity that is reserved needs a control plane of 4.19 or newer"
        yield PoolFault(codes.POOL_UNFIT, path, message, "upgrade it first, or leave this out")
    queue = pool.cluster.get("terminationHandlerQueueURL") or pool.annotations.get(_QUEUE)
    if placement.get("marketType") == "Spot" and not queue:
        yield PoolFault(
            codes.UNANNOUNCED_END,
            ("placement", "marketType"),
            "nothing tells the cluster when a spot machine ends, so its pods are not moved before",
            "say the queue: `terminationHandlerQueueURL` of the cluster's `platform.aws`",
        )
    volume = mapping(pool.pool.get("rootVolume"))
    if volume.get("iops") and volume.get("type") not in _WITH_IOPS:
        yield PoolFault(
            codes.POOL_UNFIT,
            ("rootVolume", "iops"),
            f"volumes of type `{volume.get('type')}` have no operations reserved",
            f"leave `iops` out, or take one of {listed(_WITH_IOPS)}",
        )
    yield from _lost_tags(pool)


def _lost_tags(pool: Pool) -> Iterator[PoolFault]:
    """The cluster's value wins wherever its tag does not say otherwise."""
    guarded = {
        text(tag.get("key")): tag.get("value")
        for _, tag in numbered(pool.cluster.get("resourceTags"))
        if tag.get("overridePolicy") != "Allow"
    }
    for number, tag in numbered(pool.pool.get("resourceTags")):
        key = text(tag.get("key"))
        if key and key in guarded and guarded[key] != tag.get("value"):
            yield PoolFault(
                codes.TAG_LOST,
                ("resourceTags", number),
                f"machines get tag `{key}` with the cluster's value, `{guarded[key]}`",
                f"allow it there: `{key}: {{value: {guarded[key]}, overridePolicy: Allow}}`",
            )


PLATFORM = Platform(
    manifest_type="AWS",
    member="aws",
    cluster=AwsCluster,
    node_pool=AwsNodePool,
    publish=_publish,
    arches=("amd64", "arm64"),
    processors=_processors,
    scales_to_zero=True,
    pool_faults=_pool_faults,
    cluster_codec=_CLUSTER,
    node_pool_codec=_NODE_POOL,
    kms=KmsProvider("AWS", AwsKms),
    recovery=Recovery(
        resources=machine_kinds("aws"),
        private=("endpointAccess", "Private"),
        moved=(
            "hostedcontrolplanes.hypershift.openshift.io",
            "clusters.cluster.x-k8s.io",
            *machine_kinds("aws"),
            "machinedeployments.cluster.x-k8s.io",
            "machines.cluster.x-k8s.io",
            "machinesets.cluster.x-k8s.io",
        ),
        repair="hypershift fix dr-oidc-iam --hc-name {name} --hc-namespace {namespace} "
        "--aws-creds $HOME/.aws/credentials",
    ),
    needs=_needs,
    publishing=_publishing,
    needs_member=True,
    problems=_problems,
    annotations={
        "aws-karpenter-default-instance-profile": "",
        "aws-kms-provider-image": "",
        "aws-load-balancer-health-probe-mode": "",
        "aws-load-balancer-subnets": "deprecated:it has no effect any more",
        "aws-load-balancer-target-node-labels": "",
        "aws-machine-public-ips": "bool",
        "aws-termination-handler-queue-url": "deprecated:say `terminationHandlerQueueURL` instead",
        "capi-provider-aws-image": "",
        "karpenter-provider-aws-image": "",
    },
    disruptive={
        "region": "its cloud resources stay behind in the old region",
        "endpointAccess": "its endpoints are made anew, and clients may lose the API on the way",
        "rolesRef": "its controllers lose the cloud at once unless the new roles may do the same",
        "cloudProviderConfig": "its control plane may look for nodes and load balancers in the "
        "wrong network",
    },
)
