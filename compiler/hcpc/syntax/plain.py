"""YAML or JSON that other tools wrote, as plain data: without places, and as Kubernetes reads it.

For what people write in a fleet there is `parse`, which reads scalars more carefully.
"""

import json
import re
from typing import Any, Final

from yaml import MarkedYAMLError, YAMLError

MOST_LEVELS: Final = 1000
_MAY_BE_DEEP: Final = re.compile(r"^[ \t?:-]{200}", re.MULTILINE)
_MANY: Final = 5000
_TIMESTAMP: Final = "tag:yaml.org,2002:timestamp"
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")


class UnreadableError(ValueError):
    """A text that is neither YAML nor JSON; the error says why and where."""


def plain_documents(text: str, *, aliases: bool = True) -> list[Any]:
    """The documents of a text; raises `UnreadableError`.

    Without `aliases` it is refused to have any: written out, a few lines of them can be gigabytes.
    """
    if text.lstrip()[:1] == "{":
        try:
            return [json.loads(text)]
        except (ValueError, RecursionError):  # YAML has braces of its own
            pass
    import yaml  # noqa: PLC0415  # all of it, which the other ways of reading do without

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # which of the two is known only here
        """Takes times for texts, as JSON has none, and `1e3` for a number."""

        yaml_implicit_resolvers = {  # noqa: RUF012  # the library's own way
            first: [each for each in resolvers if each[0] != _TIMESTAMP]
            for first, resolvers in base.yaml_implicit_resolvers.items()
        }

    _check_depth(text, Loader)
    if not aliases:
        _check_aliases(text, Loader)
    Loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
    try:
        return list(yaml.load_all(text, Loader=Loader))  # a safe loader
    except MarkedYAMLError as fault:
        mark = fault.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UnreadableError(f"{where}{fault.problem or fault.context}") from None
    except (YAMLError, ValueError, RecursionError) as fault:
        raise UnreadableError(str(fault).partition("\n")[0]) from None


def _check_depth(text: str, loader: Any) -> None:
    """Raises `UnreadableError` for what is nested so deeply that the library would crash on it.

    Most texts are seen to be shallow at a glance; only of the others are the levels counted.
    """
    if text.count("[") + text.count("{") <= _MANY and not _MAY_BE_DEEP.search(text):
        return
    import yaml  # noqa: PLC0415  # as above

    level = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            level += isinstance(event, yaml.CollectionStartEvent)
            level -= isinstance(event, yaml.CollectionEndEvent)
            if level > MOST_LEVELS:
                raise UnreadableError(f"it is nested in more than {MOST_LEVELS} levels")
    except YAMLError:
        return  # told when it is read


def _check_aliases(text: str, loader: Any) -> None:
    """Raises `UnreadableError` where a part stands for another one."""
    if "&" not in text or "*" not in text:
        return
    import yaml  # noqa: PLC0415  # as above

    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                where = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
                raise UnreadableError(f"{where}it has an alias (`*{event.anchor}`)")
    except YAMLError:
        return  # told when it is read
