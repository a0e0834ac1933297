"""Semantic versions, as `blang/semver` reads them, and Kubernetes' tolerant reading."""

import re
from typing import Final

from hcpc.cel.library.overload import function, member
from hcpc.cel.values import EvaluationError, Semver

_NUMBER: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_WORD: Final = re.compile(r"[0-9A-Za-z-]+")
_PARTS: Final = 3


def parse(text: str) -> Semver:
    """`semver(text)`."""
    found = _parsed(text)
    if found is None:
        raise EvaluationError(f"`{text}` is no semantic version")
    return found


def is_semver(text: str) -> bool:
    """`isSemver(text)`."""
    return _parsed(text) is not None


def parse_normalized(text: str, normalize: bool) -> Semver:  # noqa: FBT001  # a rule's argument
    """`semver(text, normalize)`: `v1.2` is 1.2.0 where `normalize` is true."""
    return parse(_normalized(text) if normalize else text)


def is_semver_normalized(text: str, normalize: bool) -> bool:  # noqa: FBT001  # as above
    """`isSemver(text, normalize)`."""
    return is_semver(_normalized(text) if normalize else text)


def _parsed(text: str) -> Semver | None:
    core, _, build = _cut(text, "+")
    core, _, before = _cut(core, "-")
    numbers = core.split(".")
    if len(numbers) != _PARTS or not all(_is_number(each) for each in numbers):
        return None
    pre = _identifiers(text[len(core) + 1 : len(text) - len(build)].rstrip("+")) if before else ()
    if pre is None or ("-" in text[len(core) : len(core) + 1] and not before):
        return None
    if "+" in text and not all(_WORD.fullmatch(each) for each in build.split(".")):
        return None
    return Semver(int(numbers[0]), int(numbers[1]), int(numbers[2]), pre)


def _cut(text: str, mark: str) -> tuple[str, str, str]:
    return text.partition(mark)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None and int(text) < 2**64


def _identifiers(text: str) -> tuple[int | str, ...] | None:
    found: list[int | str] = []
    for each in text.split("."):
        if each.isascii() and each.isdigit():
            if not _is_number(each):
                return None
            found.append(int(each))
        elif _WORD.fullmatch(each):
            found.append(each)
        else:
            return None
    return tuple(found)


def _normalized(text: str) -> str:
    """`text` without a leading `v` and leading zeros, and with as many parts as it needs."""
    parts = [_trimmed(part) for part in text.removeprefix("v").split(".", 2)]
    if len(parts) < _PARTS and any(mark in parts[-1] for mark in "+-"):
        return ""
    return ".".join(parts + ["0"] * (_PARTS - len(parts)))


def _trimmed(part: str) -> str:
    if len(part) <= 1:
        return part
    rest = part.lstrip("0")
    return rest if rest and rest[0] in "0123456789" else "0" + rest


def compare(left: Semver, right: Semver) -> int:
    """-1, 0 or 1; what stands after `+` does not count."""
    mine, others = left[:_PARTS], right[:_PARTS]
    if mine != others:
        return -1 if mine < others else 1
    if not left.pre or not right.pre:
        return bool(right.pre) - bool(left.pre)
    for one, other in zip(left.pre, right.pre, strict=False):
        if one != other:
            return -1 if _rank(one) < _rank(other) else 1
    return (len(left.pre) > len(right.pre)) - (len(left.pre) < len(right.pre))


def _rank(identifier: int | str) -> tuple[bool, int, str]:
    """Numbers come before words."""
    if isinstance(identifier, int):
        return (False, identifier, "")
    return (True, 0, identifier)


def is_less(left: Semver, right: Semver) -> bool:
    """`left.isLessThan(right)`."""
    return compare(left, right) == -1


def is_greater(left: Semver, right: Semver) -> bool:
    """`left.isGreaterThan(right)`."""
    return compare(left, right) == 1


OVERLOADS: Final = (
    function("semver", parse, str),
    function("semver", parse_normalized, str, bool),
    function("isSemver", is_semver, str),
    function("isSemver", is_semver_normalized, str, bool),
    member("compareTo", compare, Semver, Semver),
    member("isLessThan", is_less, Semver, Semver),
    member("isGreaterThan", is_greater, Semver, Semver),
    member("major", lambda version: version.major, Semver),
    member("minor", lambda version: version.minor, Semver),
    member("patch", lambda version: version.patch, Semver),
)
