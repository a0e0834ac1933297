"""Texts that look like secrets: found by their form, so that no output ever shows one.

Forms: private keys, tokens of well-known issuers, access keys, signed URLs, passwords in URLs,
registry logins, values of fields called like a password, and the data of Secret objects.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple


class _Form(NamedTuple):
    """What a secret looks like; a text (in lower case) without any of the marks has none.

    `before` is what may stand before it in its line. A pattern in lower case is looked for in the
    lowered text, which is faster than ignoring case.
    """

    what: str
    marks: tuple[str, ...]
    pattern: str
    before: str = ""
    in_lower_case: bool = False


_FORMS: Final = (
    _Form(
        "a private key",
        ("private key-----",),
        r"-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY-----(?s:.*?)(?:-----END |\Z)",
    ),
    _Form("an access key", ("akia", "asia"), r"\bA(?:KIA|SIA)[0-9A-Z]{16}\b"),
    _Form(
        "a token",
        ("eyj", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sha256~"),
        r"\b(?:eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|gh[pousr]_\w{30,}|github_pat_\w{22,}"
        r"|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sha256~[\w-]{40,})",
    ),
    _Form(
        "a signed URL",
        ("x-amz-", "x-goog-signature", "sig=", "signature=", "awsaccesskeyid", "token="),
        r"(?i:[?&](?:x-amz-(?:signature|credential|security-token)|x-goog-signature|sig|signature"
        r"|awsaccesskeyid|(?:access_?)?token)=)(?P<value>[^\s&\"']{4,})",
    ),
    _Form(
        "a password in a URL",
        ("://",),
        r"://(?P<value>[^\s/:@\"'$<{%]{1,256}:[^\s/@\"'$<{%]{1,256})@",
    ),
    _Form("a registry login", ('"auth"',), r"\"auth\"\s*:\s*\"(?P<value>[\w+/=-]{8,})\""),
    _Form(
        "a password",
        (
            "passw",
            "passphrase",
            "accesskey",
            "access_key",
            "apikey",
            "api_key",
            "clientsecret",
            "client_secret",
            "authtoken",
            "bearertoken",
            "_token",
        ),
        r"(?:password|passwd|passphrase|secret_?access_?key|api_?key|client_?secret|auth_?token"
        r"|bearer_?token)[\"']?[ \t]*(?::[ \t]+|=[ \t]*)"
        r"(?P<value>[\"']?[^\s\"'{\[|>&*!#$/<%`\\][^\n#,}]*)",
        # The name of a field or variable, not a word of a sentence; paths and placeholders are
        # no values.
        r"(?:.*[{,])?[ \t]*(?:- |export )?[\"']?[\w.-]*",
        in_lower_case=True,
    ),
)
_KIND: Final = r"[\"']?kind[\"']?:[ ]*[\"']?Secret\b(?!\w)"
_DATA: Final = r"[\"']?(?:data|stringData)[\"']?:[ ]*"
_NEAR: Final = 200
_NO_VALUES: Final = frozenset({"true", "false", "null", "~"})


_SHORTEST: Final = 2
"""Taking anything shorter out of a text would tear words apart."""


class Secret(NamedTuple):
    """Where a text holds a secret, and what it looks like; `end` is exclusive."""

    start: int
    end: int
    what: str


@lru_cache(maxsize=256)
def find_secrets(text: str) -> tuple[Secret, ...]:
    """Everything in a text that looks like a secret, in the order it stands there."""
    # Of the same length, whatever letters there are.
    lower = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    found = list(_of_objects(text)) if "secret" in lower and re.search(_KIND, text) else []
    return tuple(sorted([*found, *_by_form(text, lower)]))


def mask(text: str) -> str:
    """The text of the same length with a `*` for every character of a secret; lines stay."""
    for start, end, _ in find_secrets(text):
        hidden = re.sub(r"[^\s]", "*", text[start:end])
        text = text[:start] + hidden + text[end:]
    return text


def without(text: str, source: str) -> str:
    """A text without the secrets that stand in a source: each is `(secret)` instead.

    Line by line too, because a block of text is quoted without its indentation.
    """
    for start, end, _ in find_secrets(source):
        whole = source[start:end]
        values = {whole, *(line.strip("\"' \t\r") for line in whole.split("\n"))}
        for value in sorted(values, key=len, reverse=True):
            if len(value) > _SHORTEST:
                text = text.replace(value, "(secret)")
    return text


def _by_form(text: str, lower: str) -> Iterator[Secret]:
    for form in _FORMS:
        if not any(mark in lower for mark in form.marks):
            continue
        for match in re.finditer(form.pattern, lower if form.in_lower_case else text):
            start, end = match.span("value" if "value" in match.re.groupindex else 0)
            near = text[max(0, match.start() - _NEAR) : match.start()]
            if form.before and not re.fullmatch(form.before, near.rpartition("\n")[2]):
                continue
            if text[start:end].strip("\"' \t\r") not in _NO_VALUES:
                yield Secret(start, end, form.what)


def _of_objects(text: str) -> Iterator[Secret]:
    """The data of Secret objects: what `data:` holds beside `kind: Secret`."""
    lines = [*_lines(text)]
    done = -1
    for number, line in enumerate(lines):
        found = re.search(_KIND, line.text)
        if found is None or number <= done:
            continue
        if "{" in line.text:
            for data in re.finditer(_DATA + r"(\{[^}]+\})", line.text):
                yield Secret(line.start + data.start(1), line.start + data.end(1), _OBJECT)
        elif not line.text[: found.start()].strip(" -"):
            first, done = _mapping_around(lines, number)
            yield from _data_in(lines[first : done + 1], line.indent)


_OBJECT: Final = "the data of a Secret"


class _Line(NamedTuple):
    start: int
    text: str
    indent: int

    @property
    def end(self) -> int:
        return self.start + len(self.text.rstrip())


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        yield _Line(start, line, len(line) - len(line.lstrip(" -")))
        start += len(line) + 1


def _mapping_around(lines: Sequence[_Line], number: int) -> tuple[int, int]:
    """The first and the last line of the block mapping that has a key on a line."""
    indent = lines[number].indent
    first = last = number
    while first > 0 and _belongs(lines[first - 1], indent):
        first -= 1
    while last + 1 < len(lines) and _belongs(lines[last + 1], indent):
        last += 1
    return first, last


def _belongs(line: _Line, indent: int) -> bool:
    if line.text.startswith(("---", "...")):
        return False
    return not line.text.strip() or line.indent >= indent


def _data_in(lines: Sequence[_Line], indent: int) -> Iterator[Secret]:
    """What stands below the `data:` keys of a mapping."""
    start = end = -1
    for line in lines:
        if line.text.strip() and line.indent <= indent:
            if end > start >= 0:
                yield Secret(start, end, _OBJECT)
            data = re.compile(_DATA).match(line.text, line.indent)
            start = line.start + data.end() if data else -1
        if start >= 0 and line.text.strip():
            end = line.end
    if end > start >= 0:
        yield Secret(start, end, _OBJECT)
