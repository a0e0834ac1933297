"""`kind: Fleet`: the root of a fleet repository."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hcpc.spec.document import Document
from hcpc.spec.types import (
    DnsLabel,
    Form,
    NonEmpty,
    ObjectName,
    RelativePath,
    Text,
    Url,
    exclusive,
    matching,
    one_of,
)

_Revision = Annotated[
    Text, matching(r"[^\s~^:?*\[\\]+", "the name of a branch or tag, or a commit")
]
# As Kubernetes' durations, but the controllers of Flux know no unit below a millisecond.
_Interval = Annotated[
    Text, matching(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+", "a duration such as `10m`")
]


class Destination(Form):
    """A management cluster as Argo CD knows it: by name, or by the address of its API server."""

    name: NonEmpty | None = Field(None, description="Its name in Argo CD.")
    server: Url | None = Field(None, description="Its address in Argo CD.")

    _one = one_of("name", "server")


class ArgoCd(Form):
    """Applications for Argo CD 3.0 or newer, one for each hosted cluster."""

    namespace: DnsLabel | None = Field(
        None, description="Namespace of the Applications; `argocd` when absent."
    )
    project: ObjectName | None = Field(
        None, description="AppProject of the Applications; `default` when absent."
    )
    revision: _Revision | None = Field(
        None, description="Branch, tag or commit that is deployed; `HEAD` when absent."
    )
    destinations: Annotated[dict[DnsLabel, Destination], Field(min_length=1)] | None = Field(
        None,
        description="Each management cluster, by name; without them, each runs an Argo CD "
        "of its own.",
    )


class FluxSource(Form):
    """A source of Flux that is there already."""

    name: ObjectName = Field(description="Name of the source.")
    kind: Literal["Bucket", "GitRepository", "OCIRepository"] | None = Field(
        None, description="`GitRepository` when absent."
    )
    namespace: DnsLabel | None = Field(
        None, description="Namespace of the source, if it is not that of the Kustomizations."
    )


class Flux(Form):
    """Kustomizations for Flux 2.5 or newer, up to three for each hosted cluster."""

    namespace: DnsLabel | None = Field(
        None, description="Namespace of the Kustomizations; `flux-system` when absent."
    )
    branch: _Revision | None = Field(
        None, description="Branch that is deployed; `main` when absent."
    )
    secret: ObjectName | None = Field(
        None, description="Name of the Secret with the repository's credentials."
    )
    source_ref: FluxSource | None = Field(
        None, description="A source with this repository, instead of a new GitRepository."
    )
    interval: _Interval | None = Field(
        None, description="How often everything is compared; `10m` when absent."
    )
    timeout: _Interval | None = Field(
        None, description="How long one attempt waits until all is healthy; `5m` when absent."
    )

    @model_validator(mode="after")
    def _one_source(self) -> "Flux":
        exclusive(self, "sourceRef", "branch")
        exclusive(self, "sourceRef", "secret")
        return self


class Outputs(Form):
    """What is emitted besides the kustomize tree, in a directory of that name."""

    argocd: ArgoCd | None = Field(None, description="For Argo CD; `{}` when nothing is special.")
    flux: Flux | None = Field(None, description="For Flux; `{}` when nothing is special.")


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
    outputs: Outputs | None = Field(None, description="What is emitted besides the kustomize tree.")


class Fleet(Document):
    """The root of a fleet repository, in `fleet.yaml`."""

    kind: Literal["Fleet"] = Field(description="The root of a fleet.")
    spec: FleetSpec | None = None
