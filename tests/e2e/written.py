"""Rendered trees that no compiler wrote: many objects, or some that are wrong on purpose."""

import json
from collections.abc import Iterable

from tests.e2e.fleet import Fleet

from hcpc.kube.rendered_index import INDEX, digest

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: plain-{number:05}
  namespace: {namespace}
  labels:
    app.kubernetes.io/part-of: proof
data:
  number: "{number}"
  text: |
    All of these look alike, and none is the same as another: {number}.
"""


def write_config_maps(fleet: Fleet, numbers: Iterable[int]) -> None:
    """ConfigMaps beside those that the compiler wrote; the index lists them."""
    directory = fleet.rendered / "operator"
    directory.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        text = CONFIG_MAP.format(number=number, namespace=fleet.namespace)
        (directory / f"configmap-plain-{number:05}.yaml").write_text(text, encoding="utf-8")
    write_index(fleet)


def write_index(fleet: Fleet) -> None:
    """An index that lists what lies there, as the compiler would write it."""
    tree = fleet.rendered
    files = {
        path.relative_to(tree).as_posix(): digest(path.read_bytes())
        for path in sorted(tree.rglob("*"))
        if path.is_file() and path.name != INDEX
    }
    index = json.loads((tree / INDEX).read_text(encoding="utf-8"))
    (tree / INDEX).write_text(
        json.dumps({**index, "files": files}, indent=1) + "\n", encoding="utf-8"
    )
