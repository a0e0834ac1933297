"""Labels, node selector and tolerations of the control plane's pods: what Kubernetes takes.

The API server checks none of them on a HostedCluster, and the operator not for real; its pods are
refused later. Source: HyperShift, `validateLabels`, which tests the wrong variable.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.kube.loose import mapping, numbered, text
from hcpc.spec.types import LABEL_NAME, PREFIXED_NAME
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_OPERATORS = ("Equal", "Exists")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse labels and tolerations that no pod can have."""
    manifest = subject.hosted_cluster
    for field in ("labels", "nodeSelector"):
        for key, value in mapping(subject.value(("spec", field))).items():
            if PREFIXED_NAME.fullmatch(key) is None:
                sink.report(
                    codes.BAD_NAME,
                    subject.key_span(manifest, ("spec", field, key)),
                    f"`{field}` of the control plane cannot have the key `{key}`",
                    label="expected a label key such as `team` or `example.com/team`",
                )
            if text(value) and LABEL_NAME.fullmatch(value) is None:
                sink.report(
                    codes.BAD_FORMAT,
                    subject.span(manifest, ("spec", field, key)),
                    f"`{field}` of the control plane cannot have the value `{value}`",
                    label="expected at most 63 letters, digits, `-`, `_`, `.`",
                )
    for at, toleration in numbered(subject.value(("spec", "tolerations"))):
        _check(subject, ("spec", "tolerations", at), toleration, sink)


def _check(subject: Subject, path: Path, toleration: dict[str, object], sink: Sink) -> None:
    manifest = subject.hosted_cluster
    for field, known in (("effect", _EFFECTS), ("operator", _OPERATORS)):
        value = text(toleration.get(field))
        if value and value not in known:
            near = did_you_mean(value, known)
            sink.report(
                codes.BAD_ENUM,
                subject.span(manifest, (*path, field)),
                f"{field} of a toleration cannot be `{value}`",
                label=near,
                help="" if near else f"one of {listed(known)}",
            )
    exists = toleration.get("operator") == "Exists"
    if exists and toleration.get("value"):
        sink.report(
            codes.EXCLUSIVE_FIELDS,
            subject.key_span(manifest, (*path, "value")),
            "a toleration with `Exists` takes no value",
            help="remove it, or write `Equal`",
        )
    elif not exists and not toleration.get("key"):
        sink.report(
            codes.MISSING_FIELD,
            subject.key_span(manifest, path),
            "a toleration without a key is for all taints: it needs `operator: Exists`",
            help="name the key, or write `operator: Exists`",
        )
