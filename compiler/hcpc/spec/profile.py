"""`kind: Profile`: a named partial cluster spec."""

from typing import Literal

from pydantic import Field

from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.document import Document


class Profile(Document):
    """A partial cluster spec that clusters name under `profiles`."""

    kind: Literal["Profile"] = Field(description="A named partial cluster spec.")
    spec: ClusterSpec
