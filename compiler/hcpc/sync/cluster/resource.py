"""How an API server calls a kind in its paths."""

from typing import NamedTuple


class Resource(NamedTuple):
    """A kind as the API server serves it."""

    plural: str
    namespaced: bool
