"""Writes the generated pages of the reference: fields and codes.

    python docs/generate.py [--check]

The field reference is printed from the mapping table, the descriptions from the models.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from hcpc.diagnostics.codes import CODES
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.table import Table
from hcpc.platforms import registry
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.node_pool import NodePool

_HERE = Path(__file__).parent
_NOTE = "<!-- Written by docs/generate.py; do not edit. -->\n"


def fields_page() -> str:
    """The field reference."""
    parts = [
        "# Fields",
        _NOTE,
        "How the fields of a spec become fields of manifests. Paths on the left are below `spec`",
        "of a `Cluster` or `Profile`, or below `spec.cluster` of `Defaults`. What no field covers",
        "goes into `hostedCluster` (or a pool's `nodePool`), which is merged into the object last;",
        "`null` there removes a field.",
        "",
        "## Hosted cluster",
        "",
        *_table(HOSTED_CLUSTER_TABLE, ClusterSpec),
        "",
        "## Node pool",
        "",
        "Paths on the left are below `nodePools.NAME` (or `nodePoolDefaults`).",
        "",
        *_table(NODE_POOL_TABLE, NodePool),
        "",
        "## Platforms",
        "",
        "`platform` holds one key, the platform, with these fields.",
        "",
        *_platforms(),
    ]
    return "\n".join(parts) + "\n"


def _table(table: Table, model: type[BaseModel]) -> Iterator[str]:
    yield "| spec | manifest | how | what |"
    yield "|---|---|---|---|"
    for entry in table.rows:
        spec, manifest = ".".join(entry.spec), ".".join(entry.manifest)
        what = _description(model, entry.spec)
        yield f"| `{spec}` | `{manifest}` | {entry.codec.says} | {what} |"
    for follows in table.derived:
        spec, manifest = ".".join(follows.spec), ".".join(follows.manifest)
        yield f"| (from `{spec}`) | `{manifest}` | {follows.says} | |"


def _platforms() -> Iterator[str]:
    for name in registry.NAMES:
        platform = registry.platform(name)
        assert platform is not None
        yield f"### `{name}` ({platform.manifest_type})"
        yield ""
        yield f"Architectures: {', '.join(platform.arches) or 'none'}. "
        yield f"Node pools upgrade by `{platform.upgrade_type}` unless they say otherwise."
        yield ""
        for title, model in (("cluster", platform.cluster), ("node pool", platform.node_pool)):
            lines = list(_model_fields(model, ""))
            if lines:
                yield f"Of a {title}:"
                yield ""
                yield from lines
                yield ""


def _model_fields(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        path = f"{prefix}{info.alias or name}"
        required = " (required)" if info.is_required() else ""
        what = f": {info.description}" if info.description else ""
        yield f"- `{path}`{required}{what}"
        inner, suffix = _inner(info.annotation)
        if inner:
            yield from _model_fields(inner, f"{path}{suffix}.")


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    if isinstance(annotation, type):
        return (annotation, "") if issubclass(annotation, BaseModel) else (None, "")
    suffix = {list: "[]", dict: ".NAME"}.get(get_origin(annotation), "")
    for argument in get_args(annotation):
        inner, below = _inner(argument)
        if inner:
            return inner, suffix + below
    return None, ""


def _description(model: type[BaseModel], path: tuple[str, ...]) -> str:
    current: type[BaseModel] | None = model
    text = ""
    for step in path:
        for name, info in current.model_fields.items() if current else ():
            if (info.alias or name) == step:
                text = info.description or ""
                current = _inner(info.annotation)[0]
                break
        else:
            return ""
    return text.replace("|", "\\|")


def codes_page() -> str:
    """The index of codes."""
    lines = [
        "# Codes",
        _NOTE,
        "Each finding has a code. `hcpc explain CODE` prints its page.",
        "",
        "| code | what | severity |",
        "|---|---|---|",
    ]
    base = "../../compiler/hcpc/diagnostics/pages"
    lines += [
        f"| [{code.id}]({base}/{code.id}.md) | {code.title} | {code.severity.value} |"
        for code in sorted(CODES.values(), key=lambda each: each.id)
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write what is stale, or with `--check` only say so."""
    pages = {"reference/fields.md": fields_page(), "reference/codes.md": codes_page()}
    stale = [
        name
        for name, text in pages.items()
        if not (_HERE / name).is_file() or (_HERE / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        if "--check" not in sys.argv:
            (_HERE / name).write_text(pages[name], encoding="utf-8")
        sys.stdout.write(f"stale: docs/{name}\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
