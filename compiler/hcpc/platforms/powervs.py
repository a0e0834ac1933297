"""PowerVS: machines with Power processors that are rented as virtual servers.

Facts: nodes are ppc64le and nothing else (the API's own default would be refused); the API is on a
load balancer, the other services on routes; each operator has a Secret with credentials.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hcpc.mapping.codec import SECRET, Codec
from hcpc.mapping.table import row
from hcpc.platforms.platform import (
    Platform,
    Recovery,
    behind_load_balancer,
    machine_kinds,
    table_of,
)
from hcpc.spec.types import MOST_INT32, Form, Int32, SecretRef, Short, matching


def _processors(value: Any) -> Any:
    if type(value) is int and 0 < value <= MOST_INT32:
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", value):
        return value
    expected = "a number such as `0.5` or `2`"
    raise PydanticCustomError("format", "expected {expected}", {"expected": expected})


Crn = Annotated[Short, matching(r"crn:.*", "a CRN that begins `crn:`")]
Processors = Annotated[int | str, BeforeValidator(_processors)]


class Resource(Form):
    """Something in the account, by id or by name."""

    id: Short | None = Field(None, description="Its id.")
    name: Short | None = Field(None, description="Its name.")


class Vpc(Form):
    """The VPC with the load balancers of the cluster's ingress."""

    name: Short = Field(description="Name of the VPC.")
    region: Short = Field(description="Region of the VPC, such as `eu-gb`.")
    zone: Short | None = Field(None, description="Zone of the load balancers.")
    subnet: Short | None = Field(None, description="Subnet of the load balancers.")


class PowerVsCluster(Form):
    """`platform.powervs` of a cluster."""

    account_id: Short = Field(alias="accountID", description="Account that owns everything.")
    cis_instance_crn: Crn = Field(
        alias="cisInstanceCRN", description="CRN of the internet service with the DNS zones."
    )
    resource_group: Short = Field(description="Resource group of everything.")
    region: Short = Field(description="Region of the machines, such as `osa`.")
    zone: Short = Field(description="Zone of the machines, such as `osa21`.")
    service_instance_id: Short = Field(
        alias="serviceInstanceID", description="The Power workspace."
    )
    subnet: Resource = Field(description="Network of the machines.")
    vpc: Vpc
    kube_cloud_controller_creds: SecretRef = Field(
        description="Credentials of the cloud controller manager."
    )
    node_pool_management_creds: SecretRef = Field(description="Credentials of machine management.")
    ingress_operator_cloud_creds: SecretRef = Field(
        description="Credentials of the ingress operator."
    )
    storage_operator_cloud_creds: SecretRef = Field(
        description="Credentials of the storage operator."
    )
    image_registry_operator_cloud_creds: SecretRef = Field(
        description="Credentials of the image registry."
    )


class PowerVsNodePool(Form):
    """`platform.powervs` of a node pool."""

    system_type: Short | None = Field(None, description="Such as `s922`, the default.")
    processor_type: Literal["shared", "capped", "dedicated"] | None = Field(
        None, description="How processors are shared; `shared` when absent."
    )
    processors: Processors | None = Field(
        None, description="A part of a processor is written `0.5`, which is the default."
    )
    memory_gib: Int32 | None = Field(None, alias="memoryGiB", description="32 when absent.")
    storage_type: Literal["tier1", "tier3"] | None = Field(
        None, description="How fast storage is; `tier1` when absent."
    )
    image: Resource | None = Field(None, description="Machine image; the release's when absent.")
    image_delete_policy: Literal["delete", "retain"] | None = Field(
        None, description="What becomes of the image with the pool."
    )


_CREDENTIALS = (
    "kubeCloudControllerCreds",
    "nodePoolManagementCreds",
    "ingressOperatorCloudCreds",
    "storageOperatorCloudCreds",
    "imageRegistryOperatorCloudCreds",
)
_CLUSTER: Codec = table_of(PowerVsCluster, *(row(name, name, SECRET) for name in _CREDENTIALS))

PLATFORM = Platform(
    manifest_type="PowerVS",
    member="powervs",
    cluster=PowerVsCluster,
    node_pool=PowerVsNodePool,
    publish=behind_load_balancer,
    arches=("ppc64le",),
    processors=lambda pool: str(pool.get("processors", "0.5")),
    cluster_codec=_CLUSTER,
    node_pool_codec=table_of(PowerVsNodePool),
    recovery=Recovery(resources=machine_kinds("ibmpowervs")),
    old_network=True,
    annotations={"capi-provider-powervs-image": ""},
    disruptive={"region": "its cloud resources stay behind in the old region"},
)
