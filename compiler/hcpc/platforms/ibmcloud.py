"""IBM Cloud: machines that the provider's own service brings in.

Facts: the operator makes no machines here and counts no architecture as supported, so none is the
default. No document prescribes how services are published; on node ports an author is at least
asked for the address.
"""

from typing import Annotated

from pydantic import Field

from hcpc.mapping.codec import SECRET, Codec, Member, union
from hcpc.mapping.table import Table, row
from hcpc.platforms.platform import KmsProvider, Platform, on_node_ports, table_of
from hcpc.spec.types import (
    Count,
    Form,
    HttpsUrl,
    NonEmpty,
    Nothing,
    SecretRef,
    Short,
    one_of,
)


class IbmCloudCluster(Form):
    """`platform.ibmcloud` of a cluster."""

    provider_type: NonEmpty | None = Field(None, description="Such as `UPI`.")


class IbmCloudNodePool(Form):
    """`platform.ibmcloud` of a node pool."""

    provider_type: NonEmpty | None = Field(None, description="Such as `UPI`.")


class Unmanaged(Form):
    """Access with an API key of our own."""

    credentials: SecretRef = Field(description="The API key.")


class KmsAuth(Form):
    """How Key Protect is reached: exactly one way."""

    managed: Nothing | None = Field(None, description="The provider takes care of it.")
    unmanaged: Unmanaged | None = None

    _one = one_of("managed", "unmanaged")


class Key(Form):
    """A customer root key."""

    correlation_id: Short = Field(
        alias="correlationID", description="Id to find requests by in the provider's logs."
    )
    crk_id: Short = Field(alias="crkID", description="Id of the root key.")
    instance_id: Short = Field(alias="instanceID", description="Id of the Key Protect instance.")
    key_version: Count = Field(description="The highest one encrypts.")
    url: Annotated[HttpsUrl, Field(max_length=2048)] = Field(
        description="URL of the Key Protect instance."
    )


class IbmCloudKms(Form):
    """`encryption.kms.ibmcloud` of a cluster."""

    region: Short = Field(description="Region of Key Protect.")
    auth: KmsAuth
    key_list: Annotated[list[Key], Field(max_length=100)] = Field(
        description="All keys that may have encrypted something."
    )


_AUTH = union(
    "type",
    {
        "managed": Member("Managed", "managed"),
        "unmanaged": Member(
            "Unmanaged", "unmanaged", Table((row("credentials", "credentials", SECRET),))
        ),
    },
    sparse=True,
)
_KMS: Codec = table_of(IbmCloudKms, row("auth", "auth", _AUTH))

PLATFORM = Platform(
    manifest_type="IBMCloud",
    member="ibmcloud",
    cluster=IbmCloudCluster,
    node_pool=IbmCloudNodePool,
    publish=on_node_ports,
    arches=(),
    upgrade_type="InPlace",
    makes_machines=False,
    kms=KmsProvider("IBMCloud", IbmCloudKms, _KMS),
    fewest_services=3,
    checks_networks=False,
    annotations={"ibmcloud-kms-provider-image": ""},
    services_change=True,
)
