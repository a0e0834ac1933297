"""Whole manifests of a NodeConfig: checked like the fields, and taken over as they are."""

from configparser import Error, RawConfigParser
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.payloads.node_config.gather import Gather, without_nulls
from hcpc.payloads.node_config.tuning import note_labels
from hcpc.spec.kubelet import FROM_CLUSTER
from hcpc.spec.node_manifests import CONFIG_KINDS, TUNING_KINDS
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Path, Scalar, find

_KINDS = {**CONFIG_KINDS, **TUNING_KINDS}
_OF_KUBELET = {"KubeletConfig", "PerformanceProfile"}
_INSTEAD = {
    "ImageTagMirrorSet": "hosted clusters mirror by digest only: write `mirrors`",
    "KubeletConfiguration": "write its fields under `kubelet`",
    "MachineConfigPool": "a node pool is the pool already",
    "Secret": "nodes take no Secrets this way",
    "ImagePolicy": "for nodes it is `imagePolicies`, which makes a ClusterImagePolicy",
}


def raw_objects(names: list[str], gather: Gather) -> list[dict[str, Any]]:
    """The sound ones of the manifests with these names."""
    found = (_object(("manifests", name), gather) for name in names)
    return [each for each in found if each]


def _object(at: Path, gather: Gather) -> dict[str, Any] | None:
    tree = find(gather.tree, at)
    kind = find(gather.tree, (*at, "kind"))
    named = kind.text if isinstance(kind, Scalar) else ""
    if tree is None or named not in _KINDS:
        _report_kind(named, at, gather)
        return None
    sound = validate(_KINDS[named], tree, gather.sink, base=at, root=gather.tree)
    if sound is None:
        return None
    body: dict[str, Any] = without_nulls(sound)
    span = gather.value((*at, "metadata", "name"))
    gather.claim(f"{named} `{body['metadata']['name']}`", span)
    if named in _OF_KUBELET:
        gather.configure_kubelet(named, gather.value((*at, "kind")))
    _look_inside(body, at, gather)
    return body


def _report_kind(kind: str, at: Path, gather: Gather) -> None:
    if not kind:
        message = f"manifest `{at[-1]}` has no `kind`"
        gather.sink.report(codes.MISSING_FIELD, gather.key(at), message, subjects=("kind",))
        return
    label = "" if kind in _INSTEAD else did_you_mean(kind, _KINDS)
    gather.sink.report(
        codes.NODE_CONFIG_KIND,
        gather.value((*at, "kind")),
        f"node pools do not take objects of kind `{kind}`",
        label=label,
        help=_INSTEAD.get(kind, "" if label else f"they take {listed(_KINDS)}"),
    )


def _look_inside(body: dict[str, Any], at: Path, gather: Gather) -> None:
    match body["kind"]:
        case "MachineConfig":
            _machine_config(body["spec"].get("config", {}), (*at, "spec", "config"), gather)
        case "KubeletConfig":
            _kubelet(body["spec"].get("kubeletConfig", {}), (*at, "spec", "kubeletConfig"), gather)
        case "PerformanceProfile":
            gather.processors = gather.key((*at, "spec", "cpu"))
        case "ContainerRuntimeConfig":
            settings = body["spec"]["containerRuntimeConfig"]
            if settings.get("defaultRuntime") == "runc":
                path = (*at, "spec", "containerRuntimeConfig", "defaultRuntime")
                gather.runc = gather.value(path)
        case "ImageContentSourcePolicy":
            gather.sink.report(
                codes.DEPRECATED_KIND,
                gather.value((*at, "kind")),
                "an ImageContentSourcePolicy is deprecated",
                help="write `mirrors`, which makes an ImageDigestMirrorSet",
            )
        case "Tuned":
            _tuned(body["spec"], (*at, "spec"), gather)
        case _:
            pass


def _kubelet(settings: dict[str, Any], at: Path, gather: Gather) -> None:
    for field in FROM_CLUSTER:
        if field in settings:
            message = f"`{field}` of the kubelet comes from the hosted cluster"
            gather.sink.report(codes.OUT_OF_RANGE, gather.key((*at, field)), message)
    if "reservedSystemCPUs" in settings:
        gather.processors = gather.key((*at, "reservedSystemCPUs"))


def _machine_config(config: dict[str, Any], at: Path, gather: Gather) -> None:
    for number, file in enumerate(config.get("storage", {}).get("files", [])):
        path = (*at, "storage", "files", number, "path")
        gather.claim(f"file `{file['path']}`", gather.value(path))
    for number, unit in enumerate(config.get("systemd", {}).get("units", [])):
        inside: Path = (*at, "systemd", "units", number)
        if unit.keys() - {"name", "dropins"}:
            gather.claim(f"unit `{unit['name']}`", gather.value((*inside, "name")))
        for index, piece in enumerate(unit.get("dropins", [])):
            what = f"drop-in `{piece['name']}` of unit `{unit['name']}`"
            gather.claim(what, gather.value((*inside, "dropins", index, "name")))


def _tuned(spec: dict[str, Any], at: Path, gather: Gather) -> None:
    for number, profile in enumerate(spec.get("profile", [])):
        inside: Path = (*at, "profile", number)
        gather.profiles.setdefault(profile["name"], gather.value((*inside, "name")))
        # As TuneD itself reads its profiles.
        reader = RawConfigParser(
            delimiters=("=",), inline_comment_prefixes=("#",), strict=False, allow_no_value=True
        )
        try:
            reader.read_string(profile["data"])
        except Error as error:
            fault = str(error).splitlines()[0]
            gather.sink.report(
                codes.BAD_FORMAT,
                gather.value((*inside, "data")),
                f"TuneD cannot read profile `{profile['name']}`",
                help=fault[:1].lower() + fault[1:].rstrip("."),
            )
    for number, each in enumerate(spec.get("recommend", [])):
        note_labels(each.get("match", []), (*at, "recommend", number, "match"), gather)
