"""Whole manifests in a NodeConfig: the kinds that node pools take, and what each may say.

The operator drops unknown fields of most of them without a word, so here they are errors.
"""

import base64
import binascii
import re
from typing import Annotated, Any, Literal
from urllib.parse import unquote_to_bytes

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from hcpc.spec.kubelet import StorePath
from hcpc.spec.machine import KernelArgument, UnitName, UnitText
from hcpc.spec.performance_profile import PerformanceFields
from hcpc.spec.tuned import ProfileName
from hcpc.spec.types import (
    Annotations,
    Count,
    Form,
    Labels,
    NonEmpty,
    ObjectName,
    Quantity,
    Raw,
    Text,
    matching,
)

_MOST = 0o777

Selector = Raw


def _decimal_mode(value: Any) -> Any:
    if type(value) is not int or not 0 <= value <= _MOST:
        expected = "a decimal number as Ignition wants it, at most 511 (which is 0777)"
        raise PydanticCustomError("decimal_mode", "expected {expected}", {"expected": expected})
    return value


def _data_url(value: str) -> str:
    """RFC 2397: the only kind of contents that reaches a hosted cluster's node."""
    head, comma, data = value.partition(",")
    expected = ""
    if not head.startswith("data:") or not comma:
        expected = "a data URL such as `data:,text` or `data:;base64,…`"
    elif head.endswith(";base64"):
        try:
            base64.b64decode(unquote_to_bytes(data), validate=True)
        except binascii.Error:
            expected = "base64 after `;base64,`"
    elif re.search("%(?![0-9a-fA-F]{2})", data):
        expected = "two hex digits after each `%`"
    if expected:
        raise PydanticCustomError("format", "expected {expected}", {"expected": expected})
    return value


DataUrl = Annotated[str, AfterValidator(_data_url)]
DecimalMode = Annotated[int, BeforeValidator(_decimal_mode)]


class ObjectMetadata(Form):
    """What an object is called."""

    name: ObjectName
    namespace: NonEmpty | None = None
    labels: Labels | None = None
    annotations: Annotations | None = None


class IgnitionContents(Form):
    """What stands in a file."""

    source: DataUrl | None = None
    compression: Literal["", "gzip"] | None = None
    verification: Raw | None = None
    http_headers: list[Raw] | None = None


class IgnitionOwner(Form):
    """A user or group, by name or number."""

    id: Count | None = None
    name: Text | None = None


class IgnitionFile(Form):
    """A file."""

    path: Annotated[str, matching("/.+", "an absolute path")]
    overwrite: bool | None = None
    mode: DecimalMode | None = None
    contents: IgnitionContents | None = None
    append: list[IgnitionContents] | None = None
    user: IgnitionOwner | None = None
    group: IgnitionOwner | None = None


class IgnitionStorage(Form):
    """Files and disks."""

    files: list[IgnitionFile] | None = None
    directories: list[Raw] | None = None
    disks: list[Raw] | None = None
    filesystems: list[Raw] | None = None
    links: list[Raw] | None = None
    luks: list[Raw] | None = None
    raid: list[Raw] | None = None


class IgnitionDropIn(Form):
    """A drop-in of a unit."""

    name: NonEmpty
    contents: UnitText | None = None


class IgnitionUnit(Form):
    """A systemd unit."""

    name: UnitName
    enabled: bool | None = None
    mask: bool | None = None
    contents: UnitText | None = None
    dropins: list[IgnitionDropIn] | None = None


class IgnitionSystemd(Form):
    """Systemd units."""

    units: list[IgnitionUnit] | None = None


class IgnitionUser(Form):
    """A user; nodes have no other than `core`."""

    name: Literal["core"]
    password_hash: Text | None = None
    ssh_authorized_keys: list[NonEmpty] | None = None


class IgnitionPasswd(Form):
    """Users."""

    users: list[IgnitionUser] | None = None


class IgnitionVersion(Form):
    """Which Ignition this is."""

    version: Annotated[Text, matching(r"3[.][0-5][.]0", "a version from `3.0.0` to `3.5.0`")]
    config: Raw | None = None
    proxy: Raw | None = None
    security: Raw | None = None
    timeouts: Raw | None = None


class Ignition(Form):
    """What Ignition sets up."""

    ignition: IgnitionVersion
    storage: IgnitionStorage | None = None
    systemd: IgnitionSystemd | None = None
    passwd: IgnitionPasswd | None = None


class MachineConfigFields(Form):
    """Spec of a MachineConfig."""

    config: Ignition | None = None
    kernel_arguments: list[KernelArgument] | None = None
    kernel_type: Literal["default", "realtime", "64k-pages", ""] | None = None
    extensions: list[NonEmpty] | None = None
    fips: bool | None = None
    os_image_url: Text | None = Field(None, alias="osImageURL")
    base_os_extensions_container_image: Text | None = Field(
        None, alias="baseOSExtensionsContainerImage"
    )


class MachineConfig(Form):
    """A MachineConfig."""

    api_version: Literal["machineconfiguration.openshift.io/v1"]
    kind: Literal["MachineConfig"]
    metadata: ObjectMetadata
    spec: MachineConfigFields


class KubeletConfigFields(Form):
    """Spec of a KubeletConfig; its selector is overwritten."""

    auto_sizing_reserved: bool | None = None
    log_level: Annotated[int, Field(ge=0, le=10)] | None = None
    tls_security_profile: Raw | None = None
    kubelet_config: Raw | None = None
    machine_config_pool_selector: Selector | None = None


class KubeletConfig(Form):
    """A KubeletConfig."""

    api_version: Literal["machineconfiguration.openshift.io/v1"]
    kind: Literal["KubeletConfig"]
    metadata: ObjectMetadata
    spec: KubeletConfigFields


class Store(Form):
    """A directory of the node."""

    path: StorePath


class ContainerRuntimeFields(Form):
    """Settings of the container runtime."""

    default_runtime: Literal["", "crun", "runc"] | None = None
    pids_limit: int | None = None
    log_level: Text | None = None
    log_size_max: Quantity | None = None
    overlay_size: Quantity | None = None
    additional_image_stores: list[Store] | None = None
    additional_layer_stores: list[Store] | None = None
    additional_artifact_stores: list[Store] | None = None


class ContainerRuntimeConfigFields(Form):
    """Spec of a ContainerRuntimeConfig; its selector is overwritten."""

    container_runtime_config: ContainerRuntimeFields
    machine_config_pool_selector: Selector | None = None


class ContainerRuntimeConfig(Form):
    """A ContainerRuntimeConfig."""

    api_version: Literal["machineconfiguration.openshift.io/v1"]
    kind: Literal["ContainerRuntimeConfig"]
    metadata: ObjectMetadata
    spec: ContainerRuntimeConfigFields


class ContentMirror(Form):
    """Mirrors of a source."""

    source: NonEmpty
    mirrors: list[NonEmpty] | None = None


class ContentSourceFields(Form):
    """Spec of an ImageContentSourcePolicy."""

    repository_digest_mirrors: list[ContentMirror] | None = None


class ImageContentSourcePolicy(Form):
    """An ImageContentSourcePolicy: what ImageDigestMirrorSets have replaced."""

    api_version: Literal["operator.openshift.io/v1alpha1"]
    kind: Literal["ImageContentSourcePolicy"]
    metadata: ObjectMetadata
    spec: ContentSourceFields


class DigestMirror(Form):
    """Mirrors of a source."""

    source: NonEmpty
    mirrors: list[NonEmpty] | None = None
    mirror_source_policy: Literal["NeverContactSource", "AllowContactingSource"] | None = None


class DigestMirrorFields(Form):
    """Spec of an ImageDigestMirrorSet."""

    image_digest_mirrors: list[DigestMirror] | None = None


class ImageDigestMirrorSet(Form):
    """An ImageDigestMirrorSet."""

    api_version: Literal["config.openshift.io/v1"]
    kind: Literal["ImageDigestMirrorSet"]
    metadata: ObjectMetadata
    spec: DigestMirrorFields


class ClusterImagePolicyFields(Form):
    """Spec of a ClusterImagePolicy."""

    scopes: list[NonEmpty]
    policy: Raw


class ClusterImagePolicy(Form):
    """A ClusterImagePolicy."""

    api_version: Literal["config.openshift.io/v1", "config.openshift.io/v1alpha1"]
    kind: Literal["ClusterImagePolicy"]
    metadata: ObjectMetadata
    spec: ClusterImagePolicyFields


class TunedData(Form):
    """A TuneD profile as INI text."""

    name: ProfileName
    data: NonEmpty


class TunedMatch(Form):
    """Nodes with a label."""

    label: NonEmpty
    value: Text | None = None
    type: Literal["node", "pod"] | None = None
    match: list["TunedMatch"] | None = None


class TunedConfig(Form):
    """Global settings of TuneD."""

    reapply_sysctl: bool | None = Field(None, alias="reapply_sysctl")


class TunedOperand(Form):
    """How TuneD runs."""

    debug: bool | None = None
    verbosity: int | None = None
    tuned_config: TunedConfig | None = None


class TunedRecommend(Form):
    """Which nodes get a profile."""

    profile: NonEmpty
    priority: Count
    match: list[TunedMatch] | None = None
    machine_config_labels: Labels | None = None
    operand: TunedOperand | None = None


class TunedFields(Form):
    """Spec of a Tuned."""

    management_state: Literal["Managed", "Unmanaged", "Force", "Removed"] | None = None
    profile: list[TunedData] | None = None
    recommend: list[TunedRecommend] | None = None


class Tuned(Form):
    """A Tuned."""

    api_version: Literal["tuned.openshift.io/v1"]
    kind: Literal["Tuned"]
    metadata: ObjectMetadata
    spec: TunedFields


class PerformanceProfileFields(PerformanceFields):
    """Spec of a PerformanceProfile."""

    machine_config_label: Labels | None = None
    machine_config_pool_selector: Labels | None = None


class PerformanceProfile(Form):
    """A PerformanceProfile."""

    api_version: Literal["performance.openshift.io/v2"]
    kind: Literal["PerformanceProfile"]
    metadata: ObjectMetadata
    spec: PerformanceProfileFields


CONFIG_KINDS: dict[str, type[Form]] = {
    "MachineConfig": MachineConfig,
    "KubeletConfig": KubeletConfig,
    "ContainerRuntimeConfig": ContainerRuntimeConfig,
    "ImageDigestMirrorSet": ImageDigestMirrorSet,
    "ImageContentSourcePolicy": ImageContentSourcePolicy,
    "ClusterImagePolicy": ClusterImagePolicy,
}
"""What a pool's `config` takes."""

TUNING_KINDS: dict[str, type[Form]] = {"Tuned": Tuned, "PerformanceProfile": PerformanceProfile}
"""What a pool's `tuningConfig` takes."""
