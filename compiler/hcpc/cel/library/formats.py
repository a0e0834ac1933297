"""Kubernetes' named formats of text: `format.dns1123Label().validate(name)` and their like.

`validate` gives none for a text that fits, or the reasons why it does not. Source:
k8s.io/apiserver, pkg/cel/library/format.go; k8s.io/apimachinery, util/validation.
"""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Callable
from datetime import date
from typing import Final

from hcpc.cel.library.overload import Overload, function, member
from hcpc.cel.library.urls import refusal
from hcpc.cel.values import NONE, Format, Optional

_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_QUALIFIED: Final = r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_1123: Final = re.compile(_LABEL)
_SUBDOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LABEL_1035: Final = re.compile(r"[a-z](?:[-a-z0-9]*[a-z0-9])?")
_NAME: Final = re.compile(_QUALIFIED)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:.[0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})"
)
_BASE64: Final = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
)
_LABEL_LENGTH: Final = 63
_SUBDOMAIN_LENGTH: Final = 253

Check = Callable[[str], list[str]]


def _too_long(text: str, length: int) -> list[str]:
    return [f"must be no more than {length} bytes"] if len(text.encode()) > length else []


def _fits(form: re.Pattern[str], length: int, reason: str, *, prefix: bool = False) -> Check:
    """A check of form and length; of a prefix a dash may be the last character."""

    def check(text: str) -> list[str]:
        found = _masked(text) if prefix else text
        return [*_too_long(found, length), *([] if form.fullmatch(found) else [reason])]

    return check


def _masked(text: str) -> str:
    return f"{text[:-2]}a" if len(text) > 1 and text.endswith("-") else text


def _qualified(text: str) -> list[str]:
    parts = text.split("/")
    if len(parts) > 2:  # noqa: PLR2004  # a prefix and a name
        return ["a qualified name consists of alphanumeric characters, '-', '_' or '.'"]
    found: list[str] = []
    if len(parts) == 2:  # noqa: PLR2004  # as above
        if not parts[0]:
            found.append("prefix part must be non-empty")
        else:
            found += [f"prefix part {each}" for each in CHECKS["dns1123Subdomain"](parts[0])]
    if not parts[-1]:
        return [*found, "name part must be non-empty"]
    found += [f"name part {each}" for each in _too_long(parts[-1], _LABEL_LENGTH)]
    if not _NAME.fullmatch(parts[-1]):
        found.append("name part must consist of alphanumeric characters, '-', '_' or '.'")
    return found


def _label_value(text: str) -> list[str]:
    if not text:
        return []
    return _fits(
        _NAME,
        _LABEL_LENGTH,
        "a valid label must be an empty string or consist of "
        "alphanumeric characters, '-', '_' or '.'",
    )(text)


def is_date(text: str) -> bool:
    """Whether a text is a day as `2026-01-31`."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return text.startswith("0000-") and is_date("2000" + text[4:])
    return True


def is_date_time(text: str) -> bool:
    """Whether a text is a day and a time as strfmt has it."""
    day, _, rest = text.lower().partition("t")
    found = _TIME.fullmatch(rest.partition("t")[0])
    if found is None or not is_date(day):
        return False
    return found[1] <= "23" and max(found[2], found[3]) <= "59"


def is_base64(text: str) -> bool:
    """Whether a text is standard base64 with its padding."""
    if not _BASE64.fullmatch(text):
        return False
    try:
        a2b_base64(text)
    except Base64Error:
        return False
    return True


def _uri(text: str) -> list[str]:
    reason = refusal(text)
    return [f'parse "{text}": {reason}'] if reason else []


def _unless(fits: Callable[[str], object], reason: str) -> Check:
    return lambda text: [] if fits(text) else [reason]


_LABEL_WORDS: Final = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character"
)
_SUBDOMAIN_WORDS: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character"
)
_1035_WORDS: Final = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character"
)
CHECKS: Final[dict[str, Check]] = {
    "dns1123Label": _fits(_LABEL_1123, _LABEL_LENGTH, _LABEL_WORDS),
    "dns1123Subdomain": _fits(_SUBDOMAIN, _SUBDOMAIN_LENGTH, _SUBDOMAIN_WORDS),
    "dns1035Label": _fits(_LABEL_1035, _LABEL_LENGTH, _1035_WORDS),
    "dns1123LabelPrefix": _fits(_LABEL_1123, _LABEL_LENGTH, _LABEL_WORDS, prefix=True),
    "dns1123SubdomainPrefix": _fits(_SUBDOMAIN, _SUBDOMAIN_LENGTH, _SUBDOMAIN_WORDS, prefix=True),
    "dns1035LabelPrefix": _fits(_LABEL_1035, _LABEL_LENGTH, _1035_WORDS, prefix=True),
    "qualifiedName": _qualified,
    "labelValue": _label_value,
    "uri": _uri,
    "uuid": _unless(_UUID.fullmatch, "does not match the UUID format"),
    "byte": _unless(is_base64, "invalid base64"),
    "date": _unless(is_date, "invalid date"),
    "datetime": _unless(is_date_time, "invalid datetime"),
}


def validate(form: Format, text: str) -> Optional:
    """`form.validate(text)`."""
    reasons = CHECKS[form.name](text)
    return Optional(reasons, present=True) if reasons else NONE


def named(name: str) -> Optional:
    """`format.named(name)`."""
    return Optional(Format(name), present=True) if name in CHECKS else NONE


def _constant(name: str) -> Overload:
    return function(f"format.{name}", lambda: Format(name))


OVERLOADS: Final = (
    member("validate", validate, Format, str),
    function("format.named", named, str),
    *map(_constant, CHECKS),
)
