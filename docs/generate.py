"""Writes the generated pages of the reference: fields and codes.

python docs/generate.py [--check]
"""

import sys
from collections.abc import Callable
from pathlib import Path

from field_reference import NOTE, fields_page

from hcpc.diagnostics.codes import CODES

_HERE = Path(__file__).parent
_PAGES = "../../compiler/hcpc/diagnostics/pages"
_SECTIONS = {
    "00": "Files",
    "01": "YAML",
    "02": "Documents and their fields",
    "03": "Layers and references",
    "04": "Clusters and node pools",
    "05": "Manifests",
    "06": "The rendered tree",
    "07": "Node configuration",
    "08": "Management clusters",
    "09": "hcpc itself",
    "10": "Inside hosted clusters, and secrets",
    "11": "Overlays",
    "12": "Backup and restore",
    "13": "Outputs",
    "14": "Hosted clusters",
    "15": "Node pools, and the fleet",
    "16": "Changes of running clusters",
    "17": "Policies",
    "18": "Tombstones",
}


def codes_page() -> str:
    """The index of codes."""
    lines = [
        "# Codes",
        NOTE,
        "",
        "Each finding has a code. A code is never used for anything else, and says nothing about",
        "severity. `hcpc explain CODE` prints the page that is linked here.",
    ]
    section = ""
    for code in sorted(CODES.values(), key=lambda each: each.id):
        if code.id[3:5] != section:
            section = code.id[3:5]
            lines += [
                "",
                f"## {_SECTIONS[section]}",
                "",
                "| code | what | severity |",
                "|---|---|---|",
            ]
        link = f"[{code.id}]({_PAGES}/{code.id}.md)"
        lines.append(f"| {link} | {code.title} | {code.severity.value} |")
    return "\n".join(lines) + "\n"


_MADE: dict[str, Callable[[], str]] = {
    "reference/fields.md": fields_page,
    "reference/codes.md": codes_page,
}


def main() -> int:
    """Write what is stale, or with `--check` only say so."""
    check = "--check" in sys.argv
    is_stale = False
    for name, make in _MADE.items():
        page, text = _HERE / name, make()
        if page.is_file() and page.read_text(encoding="utf-8") == text:
            continue
        is_stale = True
        if not check:
            page.parent.mkdir(exist_ok=True)
            page.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{'stale:' if check else 'wrote'} docs/{name}\n")
    return 1 if is_stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
