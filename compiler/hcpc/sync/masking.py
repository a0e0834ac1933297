"""What of a value, or of a server's message, may be shown to anyone: one short line, no secrets.

The data of Secrets is never shown, nor a text under the name of a secret, nor what looks like one.
When in doubt, too much is hidden.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from hcpc.source.secrets import find_secrets
from hcpc.sync.records import Difference, Outcome, Path, Round

HIDDEN: Final = "(secret)"
WITHHELD: Final = "(not shown)"
"""Instead of a value of which only the place is told."""
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST_VALUE: Final = 120
_LONGEST_MESSAGE: Final = 600
_BEFORE: Final = 40
"""So much of a long line is shown before the place where two texts part."""
_SHORTEST: Final = 3
"""Taking anything shorter out of a message would tear its words apart."""
_SHORTEST_LINE: Final = 6

# Stands for each character of a secret until all is cut to size; nobody writes it.
_VEIL: Final = "\uf8f0"
_VEILED: Final = re.compile(f"{_VEIL}[{_VEIL}\\s]*")
# Short ones only as words of their own: `DB_PASS` and `dbPass`, not `bypass`.
_SHORT_NAMES: Final = r"(?<![a-z])(?:pass|pwd|psk|pw)|(?-i:(?<=[a-z])(?:Pass|Pwd|Psk|Pw))"
_NAMES: Final = (
    r"(?:pass(?:word|wd|phrase)|token|secret|api[-_.]?key|access[-_.]?key(?:[-_.]?id)?"
    r"|private[-_.]?key|secret[-_.]?key|account[-_.]?key|key[-_.]?data|credential|htpasswd|auth"
    r"|dockerconfigjson|dockercfg|kubeconfig|cookie|authorization"
    rf"|{_SHORT_NAMES})s?"
)
_NAME: Final = re.compile(f"{_NAMES}\\Z", re.IGNORECASE)
# A setting inside of a text: all that follows the name in its line.
_SETTING: Final = re.compile(
    rf"{_NAMES}[\"'\\]*[ \t]*(?:[:=]|=>)[ \t]*(?P<value>\S[^\n]*)", re.IGNORECASE
)
# The same where the value begins in the next line, or is that of another setting beside it.
_OPENED: Final = re.compile(
    rf"{_NAMES}[\"']?[ \t]*:[ \t]*(?:[|>][-+0-9]*|[\[{{(])?[ \t]*\r?\Z", re.IGNORECASE
)
_NAMED: Final = re.compile(
    rf"\b(?:name|key)[\"']?:[ \t]*[\"']?[\w.-]*{_NAMES}[\"']?,?[ \t]*\r?\Z", re.IGNORECASE
)
_VALUE: Final = re.compile(r"\bvalue[\"']?:[ \t]*(?P<value>\S.*)")
# A setting as JSON writes it, also inside of another text, where quotes have backslashes.
_QUOTED: Final = re.compile(rf"{_NAMES}\\*[\"']\s*:\s*(?P<escape>\\*)\"", re.IGNORECASE)
# A setting of files that need no sign between a name and its value.
_BESIDE: Final = re.compile(
    rf"(?:pass(?:word|wd|phrase)|token|{_SHORT_NAMES})[ \t]+(?P<value>[^\s:=]\S*)",
    re.IGNORECASE,
)
# A setting inside of a sentence: sentences have such words too, but seldom such values.
_SAID_NAMES: Final = (
    r"(?:pass(?:word|wd|phrase)|token|(?:api|access|private|secret|account)[-_.]?key"
    rf"|client[-_.]?secret|credential|{_SHORT_NAMES})s?[\"']?"
)
_SAID: Final = (
    re.compile(
        rf"{_SAID_NAMES}(?::[ \t]*|=)(?P<value>[\"']?(?=\S{{0,64}}[0-9])\S{{6,}})", re.IGNORECASE
    ),
    re.compile(rf"{_SAID_NAMES}[ \t]*=[ \t]*(?P<value>[^\s\"']+)", re.IGNORECASE),
    re.compile(
        rf"{_SAID_NAMES}\s*[:=]\s*(?P<quote>[\"'])(?P<value>.*?)(?:(?P=quote)|\Z)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_FORMS: Final = (
    re.compile(r"\bdata:[\w.+/-]{0,100}(?:;[\w.=-]{1,100}){0,9},(?P<value>[^\s\"']+)"),
    re.compile(r"base64,(?P<value>[A-Za-z0-9+/=_%-]{8,})"),
    # As crypt(3), htpasswd and LDAP write them.
    re.compile(
        r"(?P<value>\$(?:[1567y]|2[abxy]?|md5|apr1|gy|argon2\w{0,2}|scrypt)\$[^\s:\"']{8,})"
    ),
    re.compile(
        r"(?P<value>\{(?:S?SHA(?:[0-9]{3})?|S?MD5|CRYPT|PBKDF2[\w-]{0,9})\}[^\s:\"']{8,})",
        re.IGNORECASE,
    ),
    # Of netrc, kubeadm and curl.
    re.compile(r"\blogin\s+\S{1,200}\s+password\s+(?P<value>\S+)"),
    re.compile(r"(?<![\w.-])(?P<value>[a-z0-9]{6}\.[a-z0-9]{16})(?![\w.-])"),
    re.compile(
        r"(?:(?<=\s)|^)(?:-u|-U|--user|--proxy-user)[ \t=]?[ \t]*[\"']?"
        r"(?P<value>[^\s:\"']{1,200}:\S+)",
        re.MULTILINE,
    ),
    # What is packed or encoded. Digests have no capitals, or their name before them.
    re.compile(
        r"(?<![\w+/=-])(?<!SHA256:)(?P<value>(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])(?=[\w+/-]*[0-9])"
        r"[A-Za-z0-9+/_-]{32,}={0,2})"
    ),
    re.compile(r"(?<![\w+/=-])(?P<value>[A-Za-z0-9+/]{15,}={1,2})(?![\w=])"),
    re.compile(r"\b(?:bearer|basic)\s+(?P<value>[\w.~+/=-]{8,})", re.IGNORECASE),
    re.compile(r"://(?P<value>[^\s/@\"']{1,512})@"),
)
_LIKE_ANOTHER: Final = re.compile(
    r"|true|false|null|[-+]?\.?[0-9][0-9_.eE+-]*|\(secret\)|\s.*|.*\s"
)
_MOST_LAYERS: Final = 4
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_CONTROL: Final = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_ESCAPES: Final = str.maketrans({"\n": "\\n", "\t": "\\t", "\r": "\\r"})


def shown(value: Any, path: Path = (), kind: str = "", *, hidden: bool = False) -> str:
    """A value at a path of an object of a kind, as one short line."""
    if isinstance(value, str):
        return _short(_veiled(value, path, kind, hidden=hidden), 0)
    plain = _without_secrets(value, path, kind, hidden=hidden)
    return _cut(_CONTROL.sub("?", json.dumps(plain, ensure_ascii=False)), _LONGEST_VALUE)


def shown_pair(
    wanted: Any, live: Any, path: Path = (), kind: str = "", *, hidden: bool = False
) -> tuple[str, str]:
    """Two values of one place. Long texts are shown from where they part."""
    if isinstance(wanted, str) and isinstance(live, str):
        start = _parting(wanted, live)
        veiled = (_veiled(text, path, kind, hidden=hidden) for text in (wanted, live))
        one, other = (_short(text, start) for text in veiled)
        return one, other
    one, other = (shown(value, path, kind, hidden=hidden) for value in (wanted, live))
    return one, other


def clean(text: str, body: Mapping[str, Any] | None = None) -> str:
    """A server's message as one line without secrets; without those of an object either."""
    for value in _secret_values(body) if body else ():
        text = text.replace(value, HIDDEN)
    veil = _Veil(text)
    veil.cover_said()
    text = _VEILED.sub(f"{HIDDEN} ", veil.text)
    return _cut(" ".join(_CONTROL.sub(" ", text).split()), _LONGEST_MESSAGE)


def is_private(value: Any, path: Path, kind: str) -> bool:
    """Whether a value is for one person at a terminal only, and nothing that stays.

    So is all that a ConfigMap holds, and every text of more than one line: whole files, of which
    nobody knows what is in them.
    """
    if kind == "ConfigMap" and path[:1] in {("data",), ("binaryData",)}:
        return True
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return any(is_private(each, path, kind) for each in inner)
    return isinstance(value, str) and "\n" in value.strip()


def withheld(done: Round) -> Round:
    """The same round for everyone: of private values only the places are told."""
    guests = {name: withheld(guest) for name, guest in done.guests.items()}
    return done._replace(outcomes=tuple(map(_withheld, done.outcomes)), guests=guests)


def _withheld(outcome: Outcome) -> Outcome:
    action = outcome.action
    if action.observed is not None and action.observed.differences:
        there = tuple(map(_without_value, action.observed.differences))
        action = action._replace(observed=action.observed._replace(differences=there))
    differences = tuple(map(_without_value, outcome.differences))
    return outcome._replace(action=action, differences=differences)


def _without_value(found: Difference) -> Difference:
    if not found.is_private:
        return found
    wanted, live = (None if each is None else WITHHELD for each in (found.wanted, found.live))
    return found._replace(wanted=wanted, live=live)


def is_secret_name(name: str) -> bool:
    """Whether a text of this name is a secret: `bindPassword`, `client-key-data`, `token`."""
    return _NAME.search(name) is not None


def hides(parent: Any, step: str | int) -> bool:
    """Whether what stands beside a value says that it is a secret.

    So does the name of an environment variable, and a flag that takes the next argument.
    """
    if step == "value" and isinstance(parent, dict):
        return any(is_secret_name(str(parent.get(name, ""))) for name in ("name", "key"))
    if isinstance(step, int) and isinstance(parent, list) and 0 < step <= len(parent):
        flag = parent[step - 1]
        return isinstance(flag, str) and flag.startswith("-") and is_secret_name(flag)
    return False


def _is_hidden_place(path: Path, kind: str) -> bool:
    """Whether no text at a path may be shown."""
    if kind == "Secret" and path[:1] in {("data",), ("stringData",)}:
        return True
    if path[:1] == ("binaryData",) or path[-1:] == (LAST_APPLIED,):
        return True
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    return is_secret_name(name) or (kind == "Secret" and path[1:2] == ("annotations",))


def _without_secrets(value: Any, path: Path, kind: str, *, hidden: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_secrets(each, (*path, key), kind, hidden=hidden or hides(value, key))
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _without_secrets(each, (*path, index), kind, hidden=hidden or hides(value, index))
            for index, each in enumerate(value)
        ]
    if isinstance(value, str):
        return _VEILED.sub(HIDDEN, _veiled(value, path, kind, hidden=hidden))
    return HIDDEN if hidden or (kind == "Secret" and _is_hidden_place(path, kind)) else value


def _veiled(text: str, path: Path, kind: str, *, hidden: bool) -> str:
    """A text of the same length, each character of a secret replaced."""
    if hidden or _is_hidden_place(path, kind):
        return _VEIL * max(len(text), 1)
    veil = _Veil(text)
    veil.cover_written()
    return veil.text


class _Veil:
    """A text that is covered place by place; `layer` is how often it was decoded before."""

    def __init__(self, text: str, layer: int = 0) -> None:
        self._original = text
        self._layer = layer
        self._covered: list[tuple[int, int]] = []

    @property
    def text(self) -> str:
        """It, as far as it may be seen; of the same length."""
        parts: list[str] = []
        done = 0
        for start, end in sorted(self._covered):
            if end > done:
                parts += self._original[done:start], _VEIL * (end - max(start, done))
                done = end
        return "".join((*parts, self._original[done:]))

    def cover(self, pattern: re.Pattern[str]) -> None:
        """Cover the values that a pattern finds."""
        self._covered += (found.span("value") for found in pattern.finditer(self._original))

    def cover_said(self) -> None:
        """Cover what is secret in a sentence."""
        self.cover_forms()
        self.cover_quoted()
        for form in _SAID:
            self.cover(form)
        self.cover_encoded(_Veil.cover_said)

    def cover_written(self) -> None:
        """Cover what is secret in a value, which may be a file."""
        self.cover_forms(to_line_end=True)
        self.cover_quoted()
        self.cover(_SETTING)
        self.cover(_BESIDE)
        self.cover_lines()
        self.cover_encoded(_Veil.cover_written)

    def cover_encoded(self, cover: "Callable[[_Veil], None]") -> None:
        """Cover words whose `%3A`s hide something that would be covered otherwise."""
        if not _ENCODED.search(self._original):
            return
        for word in re.finditer(r"\S+", self._original):
            decoded = unquote(word[0])
            if decoded != word[0]:
                inner = _Veil(decoded, self._layer + 1)
                if inner._layer < _MOST_LAYERS:
                    cover(inner)
                if inner._covered or inner._layer == _MOST_LAYERS:
                    self._covered.append(word.span())

    def cover_forms(self, *, to_line_end: bool = False) -> None:
        """Cover all that looks like a secret; to the ends of lines where values may go on."""
        for start, end, _ in find_secrets(self._original):
            line_end = self._original.find("\n", end)
            last = len(self._original) if line_end < 0 else line_end
            self._covered.append((start, last if to_line_end else end))
        for form in _FORMS:
            self.cover(form)

    def cover_quoted(self) -> None:
        """Cover the values of settings in JSON, up to the quote that ends them."""
        found = _QUOTED.search(self._original)
        while found:
            closing = re.compile(rf"(?<!\\){re.escape(found['escape'])}\"")
            end = closing.search(self._original, found.end())
            last = end.start() if end else len(self._original)
            self._covered.append((found.end(), last))
            found = _QUOTED.search(self._original, max(last, found.end()))

    def cover_lines(self) -> None:
        """Cover what stands below the name of a secret, or beside it as its `value`."""
        lines = self._original.split("\n")
        if len(lines) < 2:  # noqa: PLR2004  # nothing stands below or beside
            return
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        opened = -1
        for number, line in enumerate(lines):
            indent = len(line) - len(line.lstrip(" \t"))
            if opened >= 0 and line.strip() and not _is_below(line, indent, opened):
                opened = -1
            if opened >= 0:
                self._covered.append((starts[number], starts[number] + len(line)))
            elif _OPENED.search(line):
                opened = indent
            if _NAMED.search(line):
                self._cover_value(lines, starts, number)

    def _cover_value(self, lines: list[str], starts: list[int], number: int) -> None:
        for beside in (number - 1, number + 1):
            found = _VALUE.search(lines[beside]) if 0 <= beside < len(lines) else None
            if found:
                start, end = found.span("value")
                self._covered.append((starts[beside] + start, starts[beside] + end))


def _is_below(line: str, indent: int, opened: int) -> bool:
    return indent > opened or (indent == opened and line.lstrip().startswith(("- ", "]", "}", ")")))


def _secret_values(body: Mapping[str, Any]) -> list[str]:
    """Every text of an object that may be a secret, the longest first."""
    found: set[str] = set()
    for text in _hidden_texts(body, (), str(body.get("kind", ""))):
        found.add(text)
        found.update(line for line in text.split("\n") if len(line) >= _SHORTEST_LINE)
        found.add(json.dumps(text)[1:-1])
    return sorted((each for each in found if len(each) >= _SHORTEST), key=len, reverse=True)


def _hidden_texts(value: Any, path: Path, kind: str, *, hidden: bool = False) -> Iterator[str]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, each in items:
            beside = hidden or hides(value, step)
            yield from _hidden_texts(each, (*path, step), kind, hidden=beside)
    elif isinstance(value, str) and path[:1] != ("metadata",):
        veiled = _veiled(value, path, kind, hidden=hidden)
        yield from (value[slice(*found.span())] for found in re.finditer(f"{_VEIL}+", veiled))
        if kind == "Secret" and path[:1] == ("data",):
            yield _decoded(value)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return text


def _parting(one: str, other: str) -> int:
    """Where two texts are first different; a little before it, in the same line."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[:middle]):
            low = middle
        else:
            high = middle - 1
    if max(len(one), len(other)) <= _LONGEST_VALUE and "\n" not in one + other:
        return 0
    return max(one.rfind("\n", 0, low) + 1, low - _BEFORE)


def _short(veiled: str, start: int) -> str:
    if start == 0 and _LIKE_ANOTHER.fullmatch(veiled):
        veiled = f'"{veiled}"'
    text = _VEILED.sub(HIDDEN, veiled[start:]).translate(_ESCAPES)
    before = "…" if start else ""
    return before + _cut(_CONTROL.sub("?", text), _LONGEST_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
