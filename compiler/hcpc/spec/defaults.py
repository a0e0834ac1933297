"""`kind: Defaults`: partial specs for everything in a directory and below."""

from typing import Literal

from pydantic import Field

from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.document import Document
from hcpc.spec.management_cluster import ManagementClusterSpec
from hcpc.spec.types import Form


class DefaultsSpec(Form):
    """Partial specs, by what they are merged into."""

    cluster: ClusterSpec | None = Field(None, description="Merged under every cluster below.")
    management_cluster: ManagementClusterSpec | None = Field(
        None, description="Merged under every management cluster below."
    )


class Defaults(Document):
    """Partial specs for everything in this directory and below."""

    kind: Literal["Defaults"] = Field(description="Partial specs for a directory and below.")
    spec: DefaultsSpec
