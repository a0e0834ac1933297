"""Tuning: a Tuned with its profiles as INI text, or a PerformanceProfile."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.payloads.node_config.gather import Gather
from hcpc.syntax.tree import Mapping, Path, find

NAMESPACE = "openshift-cluster-node-tuning-operator"
_PRIORITY = 20
_AS_WRITTEN = {"variables", "bootloader"}
"""Sections in which a line may build on the one before."""
_FROM_RELEASE = "openshift"
"""Profiles of the release itself begin so."""


def tuned(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    """The Tuned of `tuned`."""
    profiles: dict[str, Any] = said["profiles"]
    for profile in profiles:
        gather.profiles[profile] = gather.key(("tuned", "profiles", profile))
    return {
        "apiVersion": "tuned.openshift.io/v1",
        "kind": "Tuned",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "profile": [
                {"data": ini(profile), "name": key} for key, profile in sorted(profiles.items())
            ],
            "recommend": [
                _recommend(each, number, profiles, gather)
                for number, each in enumerate(said.get("recommend", [{}]))
            ],
        },
    }


def ini(profile: dict[str, Any]) -> str:
    """A profile as TuneD reads it: `main` and `variables` first, then the sections by name."""
    include = profile.get("include", [])
    main = {"summary": profile.get("summary", "")}
    main["include"] = include if isinstance(include, str) else ",".join(include)
    sections: dict[str, dict[str, str]] = dict(profile.get("sections", {}))
    if "sysctl" in profile:
        sections["sysctl"] = profile["sysctl"]
    lines = ["[main]", *(f"{option}={value}" for option, value in main.items() if value)]
    for section in sorted(sections, key=lambda each: (each != "variables", each)):
        options = sections[section]
        ordered = options if section in _AS_WRITTEN else sorted(options)
        lines += ["", f"[{section}]", *(f"{option}={options[option]}" for option in ordered)]
    return "\n".join(lines) + "\n"


def _recommend(
    said: dict[str, Any], number: int, profiles: dict[str, Any], gather: Gather
) -> dict[str, Any]:
    at: Path = ("tuned", "recommend", number)
    profile = said.get("profile") or next(iter(profiles))
    if profile not in profiles and not profile.startswith(_FROM_RELEASE):
        written = find(gather.tree, ("tuned", "profiles"))
        known = sorted(written.children) if isinstance(written, Mapping) else []
        label = did_you_mean(profile, known)
        gather.sink.report(
            codes.BAD_ENUM,
            gather.value((*at, "profile")),
            f"this NodeConfig has no profile `{profile}`",
            label=label,
            help="" if label else f"its profiles: {listed(known)}",
        )
    found: dict[str, Any] = {"priority": said.get("priority", _PRIORITY), "profile": profile}
    if "match" in said:
        found["match"] = said["match"]
        note_labels(said["match"], (*at, "match"), gather)
    operand: dict[str, Any] = {
        field: said[field] for field in ("debug", "verbosity") if field in said
    }
    if "reapplySysctl" in said:
        operand["tunedConfig"] = {"reapply_sysctl": said["reapplySysctl"]}
    if operand:
        found["operand"] = operand
    return found


def note_labels(match: list[dict[str, Any]], at: Path, gather: Gather) -> None:
    """Note the labels of nodes that a recommendation looks at."""
    for number, each in enumerate(match):
        here: Path = (*at, number)
        if each.get("type", "node") == "node":
            gather.labels.setdefault(each["label"], gather.value((*here, "label")))
        note_labels(each.get("match", []), (*here, "match"), gather)


def performance_profile(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    """The PerformanceProfile of `performanceProfile`."""
    gather.configure_kubelet("PerformanceProfile", gather.key(("performanceProfile",)))
    gather.processors = gather.key(("performanceProfile", "cpu"))
    metadata: dict[str, Any] = {"name": name}
    if "annotations" in said:
        metadata["annotations"] = said["annotations"]
    spec = {field: value for field, value in said.items() if field != "annotations"}
    spec.setdefault("nodeSelector", {"node-role.kubernetes.io/worker": ""})
    return {
        "apiVersion": "performance.openshift.io/v2",
        "kind": "PerformanceProfile",
        "metadata": metadata,
        "spec": spec,
    }
