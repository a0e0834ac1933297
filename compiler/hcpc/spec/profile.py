"""`kind: Profile`: a named partial cluster spec."""

from typing import Literal

from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.document import Document


class Profile(Document):
    """A partial cluster spec that clusters name under `profiles`."""

    kind: Literal["Profile"]
    spec: ClusterSpec
