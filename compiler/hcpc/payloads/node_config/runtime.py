"""Settings of the kubelet and the container runtime: KubeletConfig, ContainerRuntimeConfig."""

import re
from typing import Any

from hcpc.diagnostics import codes
from hcpc.payloads.node_config.gather import Gather
from hcpc.syntax.tree import Path

_API_VERSION = "machineconfiguration.openshift.io/v1"
_OWN = ("autoSizingReserved", "logLevel")
_STORES = ("additionalImageStores", "additionalLayerStores", "additionalArtifactStores")
_FRACTIONS = {"memoryThrottlingFactor"}
"""Numbers with a point: text in specs, as everywhere, but not in the API."""


def kubelet_config(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    """The KubeletConfig of `kubelet`."""
    gather.configure_kubelet("KubeletConfig", gather.key(("kubelet",)))
    spec: dict[str, Any] = {field: said[field] for field in _OWN if field in said}
    if "tlsSecurityProfile" in said:
        spec["tlsSecurityProfile"] = _tls(said["tlsSecurityProfile"])
    not_inside = {*_OWN, "tlsSecurityProfile", "config"}
    inside = {field: value for field, value in said.items() if field not in not_inside}
    inside |= said.get("config", {})
    if "reservedSystemCPUs" in inside:
        gather.processors = gather.key(("kubelet",))
    for field in _FRACTIONS & inside.keys():
        inside[field] = _number(inside[field], ("kubelet", "config", field), gather)
    if inside:
        spec["kubeletConfig"] = inside
    return _object("KubeletConfig", name, spec)


def _number(said: Any, at: Path, gather: Gather) -> Any:
    if isinstance(said, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", said, re.ASCII):
        return float(said)
    if type(said) is not int:
        message = f"`{at[-1]}` cannot be this value"
        gather.sink.report(codes.BAD_FORMAT, gather.value(at), message, label="expected a number")
    return said


def _tls(profile: dict[str, Any]) -> dict[str, Any]:
    """The API's union: the type, and a member of its name."""
    kind, settings = profile["type"], {k: v for k, v in profile.items() if k != "type"}
    return {"type": kind, kind.lower(): settings}


def runtime_config(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    """The ContainerRuntimeConfig of `containerRuntime`."""
    if said.get("defaultRuntime") == "runc":
        gather.runc = gather.value(("containerRuntime", "defaultRuntime"))
    settings = dict(said)
    for field in _STORES:
        if field in settings:
            settings[field] = [{"path": path} for path in settings[field]]
    return _object("ContainerRuntimeConfig", name, {"containerRuntimeConfig": settings})


def _object(kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": _API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}
