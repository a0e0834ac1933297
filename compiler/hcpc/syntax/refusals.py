"""Why a parser refused text, in our words: its refusal in, one fault out.

A fault points at what the author has to change, which is often not where the parser gave up.
Messages never quote the parser.
"""

import re
from collections.abc import Callable
from typing import Final

from hcpc.diagnostics.codes import BAD_KEY, TAB_INDENTATION, UNSUPPORTED_YAML, YAML_SYNTAX
from hcpc.syntax.events import Refusal
from hcpc.syntax.faults import TEMPLATE_HELP, Fault, Place, bad_directive, shown, word_at

_LIST_OR_MAPPING: Final = {"[": "list", "{": "mapping"}
_CLOSING: Final = {"[": "]", "{": "}"}


def explain(refusal: Refusal, text: str) -> Fault:
    """The fault behind a refusal."""
    if (tabs := _indenting_tabs(refusal, text)) is not None:
        return Fault(
            TAB_INDENTATION,
            tabs,
            "tab used for indentation",
            help="indent with spaces; YAML allows no tabs here",
        )
    for pattern, describe in _KINDS:
        if pattern.search(f"{refusal.context}: {refusal.problem}"):
            return describe(refusal, text)
    return _unexpected(refusal, text)


def _indenting_tabs(refusal: Refusal, text: str) -> Place | None:
    at = refusal.at
    if not text.startswith("\t", at):
        if "quoted" in refusal.context or "flow" in refusal.context:
            return None
        at = _line_start(text, at)
        at += len(text[at : refusal.at]) - len(text[at : refusal.at].lstrip(" "))
    match = re.compile(r"\t+").match(text, at)
    return match.span() if match else None


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_until(text: str, at: int) -> str:
    return text[_line_start(text, at) : at]


def _unexpected(refusal: Refusal, text: str) -> Fault:
    place = word_at(text, refusal.at)
    if place[0] == place[1]:
        return Fault(YAML_SYNTAX, place, "the text ends where YAML expects more")
    return Fault(YAML_SYNTAX, place, f"{shown(text[slice(*place)])} is not valid YAML here")


def _unclosed_quote(refusal: Refusal, text: str) -> Fault:
    start = refusal.start
    quote = text[start : start + 1]
    return Fault(
        YAML_SYNTAX,
        (start, start + 1),
        "quoted text is never closed",
        label=f"no matching `{quote}` follows",
        help=f"close the text with `{quote}`",
    )


def _bad_escape(refusal: Refusal, text: str) -> Fault:
    start = text.rfind("\\", refusal.start, refusal.at + 1)
    if start < 0:
        start = max(text.find("\\", refusal.start), 0)
    match = re.compile(r"\\(?:[xuU][0-9a-fA-F]*|\r?\n|.)?", re.DOTALL).match(text, start)
    place = match.span() if match else word_at(text, start)
    return Fault(
        YAML_SYNTAX,
        place,
        f"{shown(text[slice(*place)])} is not an escape that YAML knows",
        help="write `\\\\` for a backslash, or use single quotes, which have no escapes",
    )


def _bad_anchor(refusal: Refusal, text: str) -> Fault:
    sign = text[refusal.start : refusal.start + 1]
    what = "an alias" if sign == "*" else "an anchor"
    return Fault(
        YAML_SYNTAX,
        _name_at(text, refusal.start),
        f"`{sign}` starts {what}, and no name of one follows",
        help=f"quote the value if `{sign}` is part of it",
    )


def _name_at(text: str, start: int) -> Place:
    """An anchor, an alias or a tag with all that is glued to it."""
    match = re.compile(r"[^\s,\[\]{}]+").match(text, start)
    return match.span() if match else word_at(text, start)


def _bad_tag(refusal: Refusal, text: str) -> Fault:
    return Fault(
        UNSUPPORTED_YAML,
        _name_at(text, refusal.start),
        "tags are not supported",
        label="`!` starts a tag",
        help="quote the value if `!` is part of it",
    )


def _bad_directive(refusal: Refusal, text: str) -> Fault:
    return bad_directive(text, refusal.start)


def _bad_block_header(refusal: Refusal, text: str) -> Fault:
    place = word_at(text, refusal.at)
    sign = text[refusal.start : refusal.start + 1]
    return Fault(
        YAML_SYNTAX,
        place,
        f"unexpected text after `{sign}`",
        help=f"start the text on the next line, or quote the value if `{sign}` is part of it",
    )


def _bad_start(refusal: Refusal, text: str) -> Fault:
    place = word_at(text, refusal.at)
    sign = text[refusal.at : refusal.at + 1]
    if text[: refusal.at].endswith("{"):
        return Fault(YAML_SYNTAX, place, "this looks like a template", help=TEMPLATE_HELP)
    return Fault(
        YAML_SYNTAX,
        place,
        f"a plain value cannot start with {'a backtick' if sign == '`' else f'`{sign}`'}",
        help="quote the value",
    )


def _missing_colon(refusal: Refusal, text: str) -> Fault:
    start = refusal.start
    match = re.compile(r"[^\r\n]*").match(text, start)
    written = re.split(r"\s#", match.group(), maxsplit=1)[0].rstrip() if match else ""
    place = start, start + len(written)
    if glued := re.match(r"[\w.\-/\"']+(:)(?=[^\s/])", written):
        colon = start + glued.start(1)
        key, value = written[: glued.start(1)], written[glued.end(1) :]
        return Fault(
            YAML_SYNTAX,
            (colon, colon + 1),
            "no space after `:`",
            help=f"write {shown(f'{key}: {value}')}",
        )
    return Fault(
        YAML_SYNTAX,
        place,
        f"{shown(text[slice(*place)])} is not a `key: value`",
        label="`:` and a space are missing",
        help="if it continues the value above, indent it further than that value's key",
    )


def _stray_colon(refusal: Refusal, text: str) -> Fault:
    at = refusal.at
    line = _line_until(text, at)
    if "{{" in line:
        start = at - len(line) + line.index("{{")
        return Fault(
            YAML_SYNTAX, (start, start + 2), "this looks like a template", help=TEMPLATE_HELP
        )
    if re.search(r":\s", line):
        return Fault(
            YAML_SYNTAX,
            (at, at + 1),
            "`: ` inside a plain value",
            label="this would start a second value on the same line",
            help="quote the value, or put the inner mapping on its own line",
        )
    key = line.strip()
    start = at - len(line.lstrip())
    above = text[: at - len(line)].rstrip()
    if key and above:
        has_colon = ":" in above[_line_start(above, len(above)) :]
        remedy = "give it the same indentation as the keys it belongs with"
        return Fault(
            YAML_SYNTAX,
            (start, start + len(key)),
            f"{shown(key)} is indented below a value that is not a mapping",
            help=remedy if has_colon else "put `:` at the end of the line above",
        )
    return Fault(YAML_SYNTAX, (at, at + 1), "`:` does not follow a key")


def _inline_list(refusal: Refusal, text: str) -> Fault:
    return Fault(
        YAML_SYNTAX,
        word_at(text, refusal.at),
        "a list cannot start here",
        label="`-` and a space start a list item",
        help="put the item on its own line, or quote the value if `-` is part of it",
    )


def _inline_question(refusal: Refusal, text: str) -> Fault:
    return Fault(
        YAML_SYNTAX,
        word_at(text, refusal.at),
        "`?` cannot stand here",
        help="quote the value if `?` is part of it",
    )


def _unclosed_bracket(opened: int, at: int, text: str) -> Fault:
    bracket = text[opened]
    close = _CLOSING.get(bracket, "]")
    second = (word_at(text, at), f"`,` or `{close}` is missing before this")
    return Fault(
        YAML_SYNTAX,
        (opened, opened + 1),
        f"`{bracket}` is never closed",
        label=f"the {_LIST_OR_MAPPING.get(bracket, 'list')} starts here",
        second=None if at >= len(text.rstrip()) else second,
        help=f"close it with `{close}`",
    )


def _inside_brackets(refusal: Refusal, text: str) -> Fault:
    at = refusal.at
    opened = refusal.bracket if refusal.since is None else refusal.since
    if opened is None or text[opened] not in _CLOSING:
        return _unexpected(refusal, text)
    bracket, close = text[opened], _CLOSING[text[opened]]
    kind = _LIST_OR_MAPPING[bracket]
    second = ((opened, opened + 1), f"the {kind} starts here")
    if text.startswith("{", at) and text[:at].endswith("$"):
        end = text.find("}", at) + 1 or at + 1
        return Fault(
            YAML_SYNTAX,
            (at - 1, end),
            f"plain text with braces inside `{bracket}…{close}`",
            second=second,
            help="quote text that contains `${…}` here",
        )
    if _ends(text, at) or "\n" in text[opened:at]:
        return _unclosed_bracket(opened, at, text)
    place = word_at(text, at)
    if text[at] in "]}":
        message = f"`{text[at]}` does not close `{bracket}`"
        return Fault(YAML_SYNTAX, place, message, second=second, help=f"close it with `{close}`")
    if text[at] == ":":
        message, remedy = "`: ` inside a plain value", "quote the value"
        return Fault(YAML_SYNTAX, place, message, second=second, help=remedy)
    message = f"no `,` before {shown(text[slice(*place)])}"
    return Fault(YAML_SYNTAX, place, message, second=second, help="add `,`, or quote the value")


def _ends(text: str, at: int) -> bool:
    """Whether the document ends at a place: nothing follows, or a line of `---` or `...`."""
    return not text[at:].strip() or text.startswith(("---", "..."), at)


def _no_value(refusal: Refusal, text: str) -> Fault:
    at = refusal.at
    if _ends(text, at):
        if refusal.bracket is not None:
            return _unclosed_bracket(refusal.bracket, at, text)
        return _unexpected(refusal, text)
    place = word_at(text, at)
    if text[at] in "]}" and refusal.bracket is None:
        message = f"`{text[at]}` closes nothing"
        return Fault(YAML_SYNTAX, place, message, help="remove it, or quote the value")
    if text[at] == ":":
        return Fault(BAD_KEY, place, "no key before `:`", help="write the key in front of it")
    if text[at] in ",]}":
        message = f"no value before `{text[at]}`"
        return Fault(YAML_SYNTAX, place, message, help="write a value, or quote the text")
    if text[at] == "-":
        message = "`-` items cannot stand inside `[…]` or `{…}`"
        return Fault(YAML_SYNTAX, place, message, help="separate the items with `,` instead")
    return _unexpected(refusal, text)


def _not_a_key(refusal: Refusal, text: str) -> Fault:
    at = refusal.at
    before = _line_until(text, at).strip()
    if before:
        return _behind_a_value(refusal, text, before)
    place = word_at(text, at)
    if text.startswith(":", at):
        return Fault(BAD_KEY, place, "no key before `:`", help="write the key in front of it")
    if re.compile(r"-(?:\s|$)").match(text, at):
        return Fault(
            YAML_SYNTAX,
            place,
            "the indentation of `-` fits no list above",
            second=_started(refusal, "the mapping around it starts here"),
            help="align it with the other items of its list",
        )
    return Fault(
        YAML_SYNTAX,
        place,
        f"the indentation of {shown(text[slice(*place)])} fits no mapping above",
        second=_started(refusal, "it would belong to the mapping that starts here"),
        help="give it the same indentation as the keys it belongs with",
    )


def _behind_a_value(refusal: Refusal, text: str, before: str) -> Fault:
    """Something follows a value that was complete, on the same line."""
    place = word_at(text, refusal.at)
    if text.startswith(":", refusal.at):
        place = (refusal.at, refusal.at + 1)
        return Fault(YAML_SYNTAX, place, "no space after `:`", help="put a space after it")
    if before[-1] in "'\"" and refusal.quote is not None:
        second = ((refusal.quote, refusal.quote + 1), "the quoted text starts here")
        inner = "`''` stands for `'`" if before[-1] == "'" else '`\\"` stands for `"`'
        return Fault(
            YAML_SYNTAX,
            place,
            "text after the end of a quoted value",
            second=second,
            help=f"put all of the value inside the quotes; {inner} there",
        )
    if before[-1] in "]}":
        message = f"text after the `{before[-1]}` that ends the value"
        return Fault(YAML_SYNTAX, place, message, help="quote the whole value, or remove the text")
    return _unexpected(refusal, text)


def _not_an_item(refusal: Refusal, text: str) -> Fault:
    if before := _line_until(text, refusal.at).strip():
        return _behind_a_value(refusal, text, before)
    return Fault(
        YAML_SYNTAX,
        word_at(text, refusal.at),
        "expected an item of the list, with `-` in front",
        second=_started(refusal, "the list starts here"),
        help="indent it below the item it belongs to, or align it with the key it belongs with",
    )


def _after_document(refusal: Refusal, text: str) -> Fault:
    at = refusal.at
    if text[:at].endswith(":"):
        return Fault(YAML_SYNTAX, (at - 1, at), "no space after `:`", help="put a space after it")
    if before := _line_until(text, at).strip():
        return _behind_a_value(refusal, text, before)
    return Fault(
        YAML_SYNTAX,
        word_at(text, at),
        "text after the end of the document",
        help="start another document with a line of `---`, or indent the text to its value",
    )


def _started(refusal: Refusal, why: str) -> tuple[Place, str] | None:
    since = refusal.since
    return None if since is None or since == refusal.at else ((since, since + 1), why)


# Matched against "context: problem" of either parser (their wordings differ), first match wins.
_KINDS: Final[list[tuple[re.Pattern[str], Callable[[Refusal, str], Fault]]]] = [
    (re.compile(pattern), describe)
    for pattern, describe in (
        (r"quoted scalar: .*(?:end of stream|document (?:indicator|separator))", _unclosed_quote),
        (r"quoted", _bad_escape),
        (r"(?:alias|anchor):", _bad_anchor),
        (r"directive|%(?:YAML|TAG)|YAML document", _bad_directive),
        (r"\btag\b", _bad_tag),
        (r"block scalar:", _bad_block_header),
        (r"cannot start any token", _bad_start),
        (r"simple key:", _missing_colon),
        (r"mapping values are not allowed", _stray_colon),
        (r"sequence entries are not allowed", _inline_list),
        (r"mapping keys are not allowed", _inline_question),
        (r"flow (?:sequence|mapping):", _inside_brackets),
        (r"node content", _no_value),
        (r"block mapping:", _not_a_key),
        (r"block collection:", _not_an_item),
        (r"document start", _after_document),
    )
]
