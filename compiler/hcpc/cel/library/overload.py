"""How a function of the library is listed: its name, how it is called, and for which types."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

from hcpc.cel.values import LISTS, MAPS

ANY: Final = object
"""Stands for any type in the list of a function's arguments."""


_KINDS: Final[dict[type, tuple[type, ...]]] = {list: LISTS, dict: MAPS}


AT_ONCE: Final = frozenset({"charAt", "dyn", "endsWith", "size", "startsWith", "type"})
"""Functions that take no longer for a longer list or text."""


class Entry(NamedTuple):
    """A function, and the types of its arguments after the first.

    One that is `at_once` costs no steps. One that `counts` is given the frame behind its arguments,
    and takes the steps of all that it does beside going through its first argument once.
    """

    call: Callable[..., Any]
    rest: tuple[type, ...]
    at_once: bool
    counts: bool


Entries: TypeAlias = dict[type, Entry]
"""Functions by the type of their first argument."""


Key: TypeAlias = tuple[str, bool, int]
"""A function's name, whether it is a member, and how many arguments it has."""


class Overload(NamedTuple):
    """One function: `member` ones are called as `first.name(rest)`."""

    name: str
    member: bool
    call: Callable[..., Any]
    types: tuple[type, ...]
    counts: bool


def function(name: str, call: Callable[..., Any], *types: type, counts: bool = False) -> Overload:
    """`name(a, b)`."""
    return Overload(name, member=False, call=call, types=types, counts=counts)


def member(name: str, call: Callable[..., Any], *types: type, counts: bool = False) -> Overload:
    """`a.name(b)`; the first type is that of `a`."""
    return Overload(name, member=True, call=call, types=types, counts=counts)


def table(overloads: tuple[Overload, ...]) -> dict[Key, Entries]:
    """The overloads by name, by whether they are members, and by the number of arguments."""
    found: dict[Key, Entries] = {}
    for each in overloads:
        entries = found.setdefault((each.name, each.member, len(each.types)), {})
        first = each.types[0] if each.types else ANY
        for kind in _KINDS.get(first, (first,)):
            entries[kind] = Entry(
                each.call, each.types[1:], at_once=each.name in AT_ONCE, counts=each.counts
            )
    return found
