"""Files, systemd units, kernel arguments and keys: one MachineConfig with Ignition."""

import base64
from typing import Any

from hcpc.diagnostics import codes
from hcpc.payloads.node_config.gather import Gather
from hcpc.spec.machine import unit_fault
from hcpc.syntax.tree import Path

VERSION = "3.2.0"
_MODE = "0644"


def machine_config(name: str, spec: dict[str, Any], gather: Gather) -> dict[str, Any] | None:
    """The MachineConfig of a NodeConfig, or None when nothing asks for one.

    The name puts it behind the release's own and before what the operator generates from
    KubeletConfigs and keys.
    """
    files = [_file(path, said, gather) for path, said in sorted(spec.get("files", {}).items())]
    units = [_unit(unit, said, gather) for unit, said in sorted(spec.get("units", {}).items())]
    config: dict[str, Any] = {}
    if files:
        config["storage"] = {"files": files}
    if units:
        config["systemd"] = {"units": units}
    if "sshKeys" in spec:
        config["passwd"] = {"users": [{"name": "core", "sshAuthorizedKeys": spec["sshKeys"]}]}
    fields: dict[str, Any] = {}
    if config:
        fields["config"] = {"ignition": {"version": VERSION}, **config}
    if "kernelArguments" in spec:
        fields["kernelArguments"] = spec["kernelArguments"]
    if not fields:
        return None
    return {
        "apiVersion": "machineconfiguration.openshift.io/v1",
        "kind": "MachineConfig",
        "metadata": {
            "name": f"90-{name}",
            "labels": {"machineconfiguration.openshift.io/role": "worker"},
        },
        "spec": fields,
    }


def _file(path: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    at: Path = ("files", path)
    gather.claim(f"file `{path}`", gather.key(at))
    content = gather.content(said, at) or b""
    contents = {}
    if said.get("gzip"):
        from hcpc.payloads.node_config.deflate import gzipped  # noqa: PLC0415  # few files want it

        contents["compression"] = "gzip"
        content = gzipped(content)
    contents["source"] = "data:;base64," + base64.b64encode(content).decode()
    file: dict[str, Any] = {
        "contents": contents,
        "mode": int(said.get("mode", _MODE), 8),
        "overwrite": True,
        "path": path,
    }
    for field, of in (("user", "owner"), ("group", "group")):
        if of in said:
            file[field] = {"name" if isinstance(said[of], str) else "id": said[of]}
    return file


def _unit(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    at: Path = ("units", name)
    unit: dict[str, Any] = {"name": name}
    unit |= {field: said[field] for field in ("enabled", "mask") if field in said}
    text = _unit_text(said, at, gather)
    if text is not None:
        unit["contents"] = text
        if said.get("enabled") and "[Install]" not in text:
            gather.sink.report(
                codes.WITHOUT_EFFECT,
                gather.key((*at, "enabled")),
                f"unit `{name}` has no section `[Install]`, so enabling it starts nothing",
                help="add `[Install]` with `WantedBy=multi-user.target`",
            )
    if len(unit) > 1:
        gather.claim(f"unit `{name}`", gather.key(at))
    dropins = []
    for file, piece in sorted(said.get("dropins", {}).items()):
        inside: Path = (*at, "dropins", file)
        gather.claim(f"drop-in `{file}` of unit `{name}`", gather.key(inside))
        dropins.append({"name": file, "contents": _unit_text(piece, inside, gather) or ""})
    if dropins:
        unit["dropins"] = dropins
    return unit


def _unit_text(said: dict[str, Any], at: Path, gather: Gather) -> str | None:
    """The text of a unit; one that came from a file is looked at here, the others by the model."""
    text = gather.text(said, at)
    if text is not None and "fromFile" in said and (fault := unit_fault(text)):
        gather.sink.report(
            codes.BAD_FORMAT,
            gather.value((*at, "fromFile")),
            "systemd cannot read this file",
            label=f"expected {fault}",
        )
    return text
