"""`kind: Cluster`: one hosted cluster."""

from typing import Literal

from pydantic import Field

from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.document import Document


class Cluster(Document):
    """One hosted cluster and its node pools; its labels and annotations go to the HostedCluster."""

    kind: Literal["Cluster"] = Field(description="One hosted cluster.")
    spec: ClusterSpec
