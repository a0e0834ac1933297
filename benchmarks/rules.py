"""What evaluating the rules of CRDs costs: `python benchmarks/rules.py DIRECTORY`.

The directory holds `hostedclusters.crd.yaml` and `nodepools.crd.yaml`. Times are of the processor,
for a HostedCluster and three NodePools of the example fleet; names differ between clusters.
"""

import copy
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from hcpc.verify.crd.crd_set import CrdKind, kinds_of
from hcpc.verify.crd.defaulting import complete
from hcpc.verify.crd.node import root_node

CLUSTERS = 1000
RENDERED = Path(__file__).parents[1] / "rendered"
Check = Callable[[CrdKind, dict[str, Any], dict[str, Any] | None], object]
Cluster = list[tuple[CrdKind, dict[str, Any]]]


def timed(name: str, clusters: int, work: Callable[[], object]) -> None:
    """Print the milliseconds that `work` takes for each cluster."""
    start = time.process_time()
    work()
    print(f"{name:44} {(time.process_time() - start) * 1000 / clusters:8.3f} ms per cluster")


def read(directory: Path) -> Cluster:
    """A HostedCluster and three NodePools with their kinds."""
    found: Cluster = []
    for name, pattern in (("hostedclusters", "hostedcluster"), ("nodepools", "nodepool-*")):
        text = (directory / f"{name}.crd.yaml").read_text()
        kind = kinds_of(yaml.load(text, Loader=yaml.CSafeLoader))[-1]
        path = min(RENDERED.glob(f"*/clusters/*/{pattern}.yaml"))
        body = complete(root_node(kind.schema), yaml.safe_load(path.read_text()))[0]
        found += [(kind, body)] * (1 if pattern == "hostedcluster" else 3)
    return found


def renamed(cluster: Cluster, number: int) -> Cluster:
    """The cluster under another name, with names of its own in its spec."""
    made = copy.deepcopy([body for _, body in cluster])
    for place, body in enumerate(made):
        body["metadata"]["name"] = f"cluster-{number}-{place}"
        body["spec"]["clusterName" if place else "infraID"] = f"cluster-{number}"
    return [(kind, body) for (kind, _), body in zip(cluster, made, strict=True)]


def main(directory: Path) -> None:
    """Print what checks cost, first and later."""
    cluster = read(directory)
    fleet = [renamed(cluster, number) for number in range(CLUSTERS)]
    start = time.process_time()
    from hcpc.verify.crd.rules import check_rules, unchecked_rules  # noqa: PLC0415  # measured

    print(f"{'import':44} {(time.process_time() - start) * 1000:8.3f} ms")

    def run(clusters: list[Cluster], *, changed: bool = False) -> None:
        for each in clusters:
            for (kind, body), (_, old) in zip(each, cluster, strict=True):
                check_rules(kind, body, old if changed else None)

    timed("first cluster, rules compiled as they are met", 1, lambda: run(fleet[:1]))
    timed("other clusters, first time", CLUSTERS, lambda: run(fleet))
    timed("the same clusters again", CLUSTERS, lambda: run(fleet))
    timed("changes of each cluster, first time", CLUSTERS, lambda: run(fleet, changed=True))
    timed("the same changes again", CLUSTERS, lambda: run(fleet, changed=True))
    kinds = {kind.kind: kind for kind, _ in cluster}
    timed("compiling all other rules", 1, lambda: [unchecked_rules(k) for k in kinds.values()])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
