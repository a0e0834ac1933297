"""The functions that rules can call: CEL's own, and those that Kubernetes adds."""

from collections.abc import Iterable
from typing import Final

from hcpc.cel.library import lists, optionals, regex, sets, standard, strings, times
from hcpc.cel.library.overload import ANY, Entries, Entry, Key, table

_FUNCTIONS: Final = table(
    (
        *lists.OVERLOADS,
        *optionals.OVERLOADS,
        *regex.OVERLOADS,
        *sets.OVERLOADS,
        *standard.OVERLOADS,
        *strings.OVERLOADS,
        *times.OVERLOADS,
    )
)
_LOADED: Final[set[str]] = set()


def functions(key: Key) -> Entries | None:
    """The functions of a name, by type; None where Kubernetes has none."""
    if key not in _FUNCTIONS:
        _load()
    return _FUNCTIONS.get(key)


def names() -> Iterable[str]:
    """The names of all functions."""
    _load()
    return {name for name, _, _ in _FUNCTIONS}


def _load() -> None:
    """Add the functions of Kubernetes' own types, which most rules do without.

    Functions that exist already learn of the new types in place: values of these come only from
    functions that were not there before.
    """
    if _LOADED:
        return
    from hcpc.cel.library import (  # noqa: PLC0415  # patterns of addresses take their time
        formats,
        networks,
        quantities,
        semver,
        urls,
    )

    _LOADED.add("kubernetes")
    more = table(
        (
            *formats.OVERLOADS,
            *networks.OVERLOADS,
            *quantities.OVERLOADS,
            *semver.OVERLOADS,
            *urls.OVERLOADS,
        )
    )
    for key, entries in more.items():
        _FUNCTIONS.setdefault(key, {}).update(entries)


__all__ = ["ANY", "Entries", "Entry", "functions", "names"]
