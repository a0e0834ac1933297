"""`kind: Fleet`: the root of a fleet repository."""

from typing import Annotated, Literal

from pydantic import Field

from hcpc.spec.document import Document
from hcpc.spec.types import Form, RelativePath, Text, Url


class FleetSpec(Form):
    """Where specs are and where rendered files go; all paths are below the fleet's root."""

    repository: Url | None = Field(None, description="Where this repository is cloned from.")
    sources: Annotated[list[RelativePath], Field(min_length=1)] | None = Field(
        None, description="Directories with specs; the whole repository when absent."
    )
    ignore: list[RelativePath] | None = Field(
        None, description="Files and directories (glob patterns) that hold no specs."
    )
    vars: dict[str, Text] | None = Field(
        None, description="Facts of the fleet, for references: `${fleet.vars.NAME}`."
    )
    output: RelativePath | None = Field(
        None, description="Directory of rendered files; `rendered` when absent."
    )


class Fleet(Document):
    """The root of a fleet repository, in `fleet.yaml`."""

    kind: Literal["Fleet"]
    spec: FleetSpec | None = None
