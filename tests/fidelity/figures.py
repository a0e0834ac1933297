"""Puts what pytest's summary says into a page, between two marks."""

from pathlib import Path

BEGIN, END = "<!-- figures: make fidelity -->", "<!-- end of figures -->"


def write_figures(page: Path, text: str) -> None:
    """Replaces what stands between the marks. ValueError where they are not."""
    whole = page.read_text(encoding="utf-8")
    head, found, rest = whole.partition(BEGIN)
    _, also, tail = rest.partition(END)
    if not found or not also:
        raise ValueError(f"{page} has no `{BEGIN}` and `{END}`")
    page.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")
