"""`kind: NodeConfig`: named node configuration that node pools list under `config`."""

from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from hcpc.spec.document import Document
from hcpc.spec.image_sources import ImagePolicy, Mirror, Repository, Source
from hcpc.spec.kubelet import ContainerRuntime, Kubelet
from hcpc.spec.machine import File, FilePath, KernelArgument, SshKey, Unit, UnitName
from hcpc.spec.performance_profile import PerformanceProfileForm
from hcpc.spec.tuned import TunedForm
from hcpc.spec.types import EACH_ONCE, DnsLabel, Form, ObjectName, Raw, exclusive, not_empty

T = TypeVar("T")
Some = Annotated[T, Field(min_length=1)]  # what has no entries would become no object
Mirrors = Some[list[Repository]]


class NodeConfigSpec(Form):
    """What the nodes of a pool get beyond their release. References are not replaced here."""

    files: Some[dict[FilePath, File]] | None = Field(None, description="Files, by path.")
    units: Some[dict[UnitName, Unit]] | None = Field(None, description="Systemd units, by name.")
    kernel_arguments: Some[Annotated[list[KernelArgument], EACH_ONCE]] | None = Field(
        None, description="Added to the kernel's command line."
    )
    ssh_keys: Some[Annotated[list[SshKey], EACH_ONCE]] | None = Field(
        None, description="Public keys that may log in as `core`, beside the cluster's."
    )
    kubelet: Kubelet | None = Field(None, description="Settings of the kubelet.")
    container_runtime: ContainerRuntime | None = Field(
        None, description="Settings of the container runtime."
    )
    mirrors: Some[dict[Source, Mirrors | Mirror]] | None = Field(
        None, description="Mirrors of registries and repositories, for images named by digest."
    )
    image_policies: Some[dict[ObjectName, ImagePolicy]] | None = Field(
        None, description="Signatures that images need, by a name of your choice."
    )
    tuned: TunedForm | None = Field(None, description="TuneD profiles.")
    performance_profile: PerformanceProfileForm | None = Field(
        None, description="Low latency: a PerformanceProfile."
    )
    manifests: Some[dict[DnsLabel, Raw]] | None = Field(
        None, description="Whole manifests where no field fits, by a name of your choice."
    )

    @model_validator(mode="after")
    def _one_tuning(self) -> Self:
        not_empty(self)
        exclusive(self, "tuned", "performanceProfile")
        return self


class NodeConfig(Document):
    """Node configuration that node pools in this directory and below can name."""

    kind: Literal["NodeConfig"] = Field(description="A named node configuration.")
    spec: NodeConfigSpec
