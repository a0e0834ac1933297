"""Fields that do not follow their spec once the object exists: the words in which tables say so."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Effect = Literal["free", "risky", "refused"]
"""It works; the API takes it, but the cluster does not follow; the API refuses it."""


def _equal(old: Any, new: Any) -> bool:
    # In JSON `true` is no number.
    return type(old) is type(new) and bool(old == new)


class Frozen(NamedTuple):
    """A field of which a value, once there, stays.

    `path` leads to it from where its table says. `remedy` is what to do for another value, after
    "put it back". `defaults` are the values that no value amounts to. `added` and `removed` are
    what becomes of a value that comes later, or goes; `changed` of one that becomes another.
    `empty_is_none`: an empty text is no value. `same` tells values that are one to the API.
    """

    path: tuple[str, ...]
    remedy: str
    defaults: tuple[Any, ...] = ()
    added: Effect = "risky"
    removed: Effect = "risky"
    changed: Effect = "refused"
    empty_is_none: bool = False
    same: Callable[[Any, Any], bool] = _equal

    def effect(self, old: Any, new: Any) -> Effect:
        """What becomes of a change; None is no value."""
        if self.empty_is_none:
            old, new = old or None, new or None
        if old is None and new is None:
            return "free"
        if old is None:
            return "free" if self._is_default(new) else self.added
        if new is None:
            return "free" if self._is_default(old) else self.removed
        return "free" if self.same(old, new) else self.changed

    def _is_default(self, value: Any) -> bool:
        return any(self.same(each, value) for each in self.defaults)


def frozen(path: str, remedy: str, *defaults: Any, **rest: Any) -> Frozen:
    """A field by its dotted path."""
    return Frozen(tuple(path.split(".")), remedy, defaults, **rest)


def presence(old: Any, new: Any) -> bool:
    """The same where only it counts whether there is a value: two values are one."""
    del old, new
    return True


NEW_CLUSTER = "for another value, make a new cluster and move the workloads there"
NEW_POOL = (
    "for another value, add a node pool with it, let the workloads move there, and remove this one"
)
