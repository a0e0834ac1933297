"""`kind: Overlay`: the site's last word on manifests, after lowering."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.spec.document import Document
from hcpc.spec.types import Form, Labels, NonEmpty, Raw, Text, exclusive, matching, one_of

Pointer = Annotated[
    Text,
    matching(
        r"(/([^~/]|~[01])*)*",
        "a JSON Pointer such as `/spec/services/0`; in a name `/` is `~1` and `~` is `~0`",
    ),
]
JsonnetFile = Annotated[
    Text,
    matching(
        r"[^/\0][^\0]*\.(jsonnet|libsonnet)",
        "a `.jsonnet` file of the repository, by its path from here",
    ),
]
_WITH_VALUE = frozenset({"add", "replace", "test"})
_WITH_FROM = frozenset({"move", "copy"})


class ClusterTarget(Form):
    """Whose manifests are changed; what is not said does not matter."""

    cluster: NonEmpty | None = Field(
        None, description="Name of the cluster; `*`, `?` and `[…]` as in file names."
    )
    cluster_labels: Labels | None = Field(
        None, description="Labels that the cluster has, each with this value."
    )
    management_cluster: NonEmpty | None = Field(
        None, description="Name of its management cluster; `*`, `?` and `[…]` as in file names."
    )
    platform: NonEmpty | None = Field(None, description="The cluster's platform.")
    part: Literal["management", "guest"] | None = Field(
        None,
        description="`management`, what is for the management cluster (when absent), or `guest`, "
        "what belongs inside the hosted cluster.",
    )


class Target(ClusterTarget):
    """Which objects are changed; `{}` is every object of the management cluster's part."""

    kind: NonEmpty | None = Field(None, description="Kind of the object.")
    name: NonEmpty | None = Field(
        None, description="Name of the object; `*`, `?` and `[…]` as in file names."
    )


class Operation(Form):
    """One operation of a JSON Patch (RFC 6902)."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"] = Field(
        description="What is done."
    )
    path: Pointer = Field(description="Where, as a JSON Pointer; `-` is behind a list's last item.")
    from_: Pointer | None = Field(
        None, alias="from", description="Where `move` and `copy` take the value."
    )
    value: Any = Field(None, description="What `add`, `replace` and `test` are about.")

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        for name, field, ops in (("value", "value", _WITH_VALUE), ("from", "from_", _WITH_FROM)):
            if self.op in ops and field not in self.model_fields_set:
                raise PydanticCustomError("one_of", "one of these is needed", {"fields": [name]})
        return self


class Patch(Form):
    """A change and the objects it is for."""

    target: Target = Field(description="Which objects are changed.")
    merge: Annotated[Raw, Field(min_length=1)] | None = Field(
        None, description="A merge patch (RFC 7386): laid over the object; `null` removes."
    )
    json6902: Annotated[list[Operation], Field(min_length=1)] | None = Field(
        None, description="A JSON Patch (RFC 6902): operations, each on the result of the last."
    )

    _one = one_of("merge", "json6902")


class OverlaySpec(Form):
    """What is changed, and in which manifests."""

    patches: Annotated[list[Patch], Field(min_length=1)] | None = Field(
        None, description="Patches, in the order in which they are laid over the manifests."
    )
    from_file: JsonnetFile | None = Field(
        None,
        description="A jsonnet file that is `function(cluster, manifests)` and returns manifests.",
    )
    target: ClusterTarget | None = Field(
        None, description="Which clusters the jsonnet function is for; all when absent."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exclusive(self, "patches", "fromFile", required=True)
        exclusive(self, "patches", "target")
        return self


class Overlay(Document):
    """Changes to the manifests of the clusters in this directory and below."""

    kind: Literal["Overlay"] = Field(description="The last word on manifests.")
    spec: OverlaySpec
