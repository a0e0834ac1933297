"""Encryption of Secrets in etcd: there is some, and its settings are those of its type.

No CRD ties type and provider to their settings; the operator finds them missing. Source:
HyperShift, api/hypershift/v1beta1, `SecretEncryptionSpec`.
"""

from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, text
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.fleet.facts import moves
from hcpc.verify.subject import Subject

_ENCRYPTION: Path = ("spec", "secretEncryption")
_KINDS = ("aescbc", "kms")


def check(subject: Subject, sink: Sink) -> None:
    """Warn where nothing is encrypted, refuse settings that are missing or of another type."""
    encryption = subject.value(("spec", "secretEncryption"))
    if encryption is None:
        if moves(subject):  # then it is told what a restore lacks, this among it
            return
        sink.report(
            codes.NOT_ENCRYPTED,
            subject.cluster.name_span,
            f"Secrets of `{subject.cluster.name}` are not encrypted in etcd",
            help="name a key under `encryption`",
            subjects=("encryption",),
        )
        return
    settings = mapping(encryption)
    if text(settings.get("type")) in _KINDS:
        _check(subject, _Choice(_ENCRYPTION, "type", settings["type"], _KINDS), settings, sink)
    kms = mapping(settings.get("kms"))
    member = registry.name_of(text(kms.get("provider")))
    if member:
        choice = _Choice((*_ENCRYPTION, "kms"), "provider", member, registry.NAMES)
        _check(subject, choice, kms, sink)


class _Choice(NamedTuple):
    """Where something is chosen by a field, what, and which there are."""

    path: Path
    field: str
    chosen: str
    known: tuple[str, ...]


def _check(subject: Subject, choice: _Choice, settings: dict[str, Any], sink: Sink) -> None:
    manifest, chosen = subject.hosted_cluster, choice.chosen
    others = [name for name in settings if name in choice.known and name != chosen]
    places = [subject.key_span(manifest, (*choice.path, name)) for name in others]
    if chosen not in settings:
        sink.report(
            codes.ENCRYPTION_UNFIT,
            subject.span(manifest, (*choice.path, choice.field)),
            f"Secrets are to be encrypted with `{chosen}`, whose settings are not there",
            secondary=tuple(Label(place, "other settings") for place in places),
            help=f"add `{chosen}`, or choose what has settings",
        )
        return
    for name, place in zip(others, places, strict=True):
        sink.report(
            codes.ENCRYPTION_UNFIT,
            place,
            f"settings of `{name}`, but Secrets are encrypted with `{chosen}`",
            help="remove them",
        )
