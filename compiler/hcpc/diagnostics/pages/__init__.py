"""The page of each code, beside this file: what it means, a bad and a good example."""

from importlib.resources import files


def page(code: str) -> str:
    """Text of a code's page (Markdown). Raises FileNotFoundError for a code without one."""
    return files(__name__).joinpath(f"{code}.md").read_text(encoding="utf-8")
