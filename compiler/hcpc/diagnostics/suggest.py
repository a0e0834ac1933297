"""Names that somebody could have meant: the one nearest to what was written, or all of them."""

from collections.abc import Iterable


def suggest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word`, ignoring case and punctuation; None when none is near."""
    from difflib import get_close_matches  # noqa: PLC0415  # only mistakes need it

    by_shape: dict[str, str] = {}
    for candidate in sorted(candidates):
        by_shape.setdefault(_shape(candidate), candidate)
    near = get_close_matches(_shape(word), by_shape, n=1, cutoff=0.7)
    return by_shape[near[0]] if near else None


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """A label's text: "did you mean `x`?", or nothing."""
    near = suggest(word, candidates)
    return f"did you mean `{near}`?" if near else ""


def listed(names: Iterable[str]) -> str:
    """`a`, `b`, `c`."""
    return ", ".join(f"`{name}`" for name in names)


def _shape(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "")
