"""OpenStack: machines of a project, in a network made for the cluster or one that exists.

Facts: the API is on a load balancer, the other services on routes; external DNS is not used here.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hcpc.mapping.codec import Codec
from hcpc.mapping.table import Table, row
from hcpc.platforms.platform import (
    Platform,
    Recovery,
    behind_load_balancer,
    machine_kinds,
    table_of,
)
from hcpc.spec.types import (
    EACH_ONCE,
    Cidr,
    Count,
    Form,
    IpAddress,
    NonEmpty,
    SecretRef,
    Short,
    Uuid,
    matching,
    not_empty,
    one_of,
)

NeutronTags = Annotated[
    list[Annotated[Short, matching("[^,]+", "a tag without commas")]],
    Field(max_length=50),
    EACH_ONCE,
]


class Filter(Form):
    """What something must look like; a filter says at least one thing."""

    name: Short | None = Field(None, description="Its name.")
    description: Short | None = Field(None, description="Its description.")
    project_id: Short | None = Field(None, alias="projectID", description="Id of its project.")
    tags: NeutronTags | None = Field(None, description="All of them.")
    tags_any: NeutronTags | None = Field(None, description="At least one of them.")
    not_tags: NeutronTags | None = Field(None, description="Not all of them.")
    not_tags_any: NeutronTags | None = Field(None, description="None of them.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        not_empty(self)
        return self


class SubnetFilter(Filter):
    """What a subnet must look like."""

    cidr: Cidr | None = Field(None, description="Its network.")
    gateway_ip: IpAddress | None = Field(
        None, alias="gatewayIP", description="Address of its gateway."
    )
    ip_version: Count | None = Field(None, description="4 or 6.")
    ipv6_address_mode: Short | None = Field(
        None, alias="ipv6AddressMode", description="How machines get IPv6 addresses."
    )
    ipv6_ra_mode: Short | None = Field(
        None, alias="ipv6RAMode", description="Who sends router advertisements."
    )


class Found(Form):
    """A network or router, by exactly one of id and filter."""

    id: Uuid | None = Field(None, description="Its id.")
    filter: Filter | None = None

    _one = one_of("id", "filter")


class FoundSubnet(Form):
    """A subnet, by id or by filter."""

    id: Uuid | None = Field(None, description="Its id.")
    filter: SubnetFilter | None = None


class AllocationPool(Form):
    """A range of addresses."""

    start: IpAddress = Field(description="First address.")
    end: IpAddress = Field(description="Last address.")


class ManagedSubnet(Form):
    """A subnet that is made for the cluster."""

    dns_nameservers: Annotated[list[IpAddress], Field(max_length=10)] | None = Field(
        None, description="Name servers of the machines."
    )
    allocation_pools: Annotated[list[AllocationPool], Field(max_length=10)] | None = None


class IdentityRef(SecretRef):
    """The Secret with `clouds.yaml`, and the cloud in it."""

    cloud_name: Short = Field(description="Name of the cloud in `clouds.yaml`.")


class OpenStackCluster(Form):
    """`platform.openstack` of a cluster."""

    identity_ref: IdentityRef = Field(description="Credentials of the project.")
    external_network: Found | None = Field(None, description="Where floating IPs come from.")
    disable_external_network: bool | None = Field(
        None, description="Whether to go without an external network."
    )
    ingress_floating_ip: IpAddress | None = Field(
        None, alias="ingressFloatingIP", description="Address of the cluster's ingress."
    )
    managed_subnets: Annotated[list[ManagedSubnet], Field(max_length=1)] | None = Field(
        None, description="Subnet to make; the machine network when absent."
    )
    network: Found | None = Field(None, description="An existing network for the machines.")
    subnets: Annotated[list[FoundSubnet], Field(max_length=2)] | None = Field(
        None, description="Existing subnets for the machines; two for dual stack."
    )
    router: Found | None = Field(None, description="An existing router.")
    network_mtu: Annotated[int, Field(ge=1500, le=9000)] | None = Field(
        None, alias="networkMTU", description="Largest packet of the network."
    )
    tags: Annotated[list[Short], Field(max_length=50), EACH_ONCE] | None = Field(
        None, description="Of everything made in the project."
    )


class AddressPair(Form):
    """Another address that a port may use."""

    ip_address: Short = Field(description="An address or a network.")


class Port(Form):
    """A further port of each machine."""

    network: Found | None = None
    description: Short | None = Field(None, description="Description of the port.")
    allowed_address_pairs: Annotated[list[AddressPair], Field(max_length=10)] | None = None
    vnic_type: Short | None = Field(None, description="Such as `direct` for SR-IOV.")
    port_security_policy: Literal["Enabled", "Disabled", ""] | None = Field(
        None, description="Whether security groups apply to the port."
    )


class OpenStackNodePool(Form):
    """`platform.openstack` of a node pool."""

    flavor: Short = Field(description="Size of the machines.")
    image_name: Short | None = Field(
        None, description="Image in Glance; the release's when absent."
    )
    availability_zone: (
        Annotated[
            NonEmpty, Field(max_length=63), matching("[^: ]*", "a zone without `:` and spaces")
        ]
        | None
    ) = Field(None, description="Nova zone of the machines.")
    additional_ports: Annotated[list[Port], Field(max_length=10)] | None = None


_CLUSTER: Codec = table_of(
    OpenStackCluster,
    row(
        "identityRef", "identityRef", Table((row("secret", "name"), row("cloudName", "cloudName")))
    ),
)

PLATFORM = Platform(
    manifest_type="OpenStack",
    member="openstack",
    cluster=OpenStackCluster,
    node_pool=OpenStackNodePool,
    publish=behind_load_balancer,
    cluster_codec=_CLUSTER,
    node_pool_codec=table_of(OpenStackNodePool),
    recovery=Recovery(resources=machine_kinds("openstack")),
    tech_preview=True,
    annotations={"capi-provider-openstack-image": "", "orc-image": ""},
)
