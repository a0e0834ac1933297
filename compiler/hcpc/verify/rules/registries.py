"""Registries that nodes may use, and mirrors: nodes must be able to pull what they need.

With a list of allowed registries every other one is refused, also that of the release and those of
mirrors. Source: OpenShift's documentation of image configuration, and its CRD.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text, texts
from hcpc.syntax.tree import Path
from hcpc.verify.release import RELEASE
from hcpc.verify.subject import Subject

_SOURCES = ("spec", "configuration", "image", "registrySources")
_MIRRORS = ("spec", "imageContentSources")


class _Use(NamedTuple):
    path: Path
    image: str
    what: str


def check(subject: Subject, sink: Sink) -> None:
    """Report registries that are allowed and blocked, used but not allowed, or their own mirror."""
    manifest = subject.hosted_cluster
    sources = mapping(subject.value(_SOURCES))
    allowed = [entry for _, entry in texts(sources.get("allowedRegistries"))]
    if allowed and sources.get("blockedRegistries"):
        sink.report(
            codes.EXCLUSIVE_FIELDS,
            subject.key_span(manifest, (*_SOURCES, "blockedRegistries")),
            "registries are allowed or blocked, not both",
            help="remove one of the lists: what is not allowed is blocked",
        )
    uses = list(_uses(subject)) if allowed or subject.value(_MIRRORS) else []
    for use in uses:
        if allowed and not any(_covers(entry, use.image) for entry in allowed):
            sink.report(
                codes.REGISTRY_NOT_ALLOWED,
                subject.key_span(manifest, (*_SOURCES, "allowedRegistries")),
                f"nodes may not pull {use.what}, `{use.image}`",
                help=f"allow `{use.image.partition('/')[0]}`, or a part of it",
            )
    for at, entry in numbered(subject.value(_MIRRORS)):
        for index, mirror in texts(entry.get("mirrors")):
            if mirror == entry.get("source"):
                sink.report(
                    codes.OWN_MIRROR,
                    subject.span(manifest, (*_MIRRORS, at, "mirrors", index)),
                    f"`{mirror}` is a mirror of itself",
                    help="remove it: the source is asked last anyway",
                )


def _uses(subject: Subject) -> Iterator[_Use]:
    """The repositories that nodes pull from, each once."""
    release = text(subject.value(RELEASE)).partition("@")[0]
    host, slash, name = release.rpartition("/")
    if slash:
        yield _Use(RELEASE, f"{host}/{name.partition(':')[0]}", "the release")
    for at, entry in numbered(subject.value(_MIRRORS)):
        for index, mirror in texts(entry.get("mirrors")):
            if mirror != entry.get("source"):
                yield _Use((*_MIRRORS, at, "mirrors", index), mirror, "from the mirror")


def _covers(entry: str, image: str) -> bool:
    """Whether an entry of the list, a host or a part of one, is about an image."""
    if entry.startswith("*."):
        return image.partition("/")[0].partition(":")[0].endswith(entry[1:])
    return image == entry or image.startswith((f"{entry}/", f"{entry}:", f"{entry}@"))
