"""Node configuration: what NodeConfigs say becomes the ConfigMaps that node pools refer to.

A NodeConfig is rendered once, whichever clusters use it. Mistakes in it are told once, those of
several of them in one pool where the pool lists them.
"""

from collections.abc import Container, Iterable

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest, manifest
from hcpc.payloads.node_config.pools import check_cluster
from hcpc.payloads.node_config.render import Rendered, render
from hcpc.payloads.node_config.unused import check_unused
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.resolve.node_configs import config_map_name, tuning_map_name
from hcpc.resolve.scope import Environment


def check(
    environment: Environment, used: Container[str], troubled: Iterable[str], sink: Sink
) -> None:
    """Report what is wrong with NodeConfigs, each once.

    `used` are the ids of those in use; what clusters in the directories `troubled` use is unknown.
    """
    documents = [each for each in environment.documents if each.kind == "NodeConfig"]
    for document in documents:
        sink.absorb(_rendered(document, environment).findings)
    check_unused(documents, used, troubled, sink)


def config_maps(cluster: Cluster, environment: Environment, sink: Sink) -> list[Manifest]:
    """The ConfigMaps of a cluster's NodeConfigs, which all pools of the cluster share."""
    rendered = {
        name: _rendered(cluster.scope.node_configs[name], environment)
        for name in cluster.node_configs
    }
    check_cluster(cluster, rendered, sink)
    found: list[Manifest] = []
    for name, each in rendered.items():
        named = {
            "config": config_map_name(cluster.name, name),
            "tuning": tuning_map_name(cluster.name, name),
        }
        for key, text in (("config", each.config), ("tuning", each.tuning)):
            if text:
                body = {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": named[key], "namespace": cluster.namespace},
                    "data": {key: text},
                }
                found.append(manifest(body, each.origin))
    return found


def _rendered(document: Document, environment: Environment) -> Rendered:
    """What a NodeConfig became, remembered for the life of the environment."""
    key = (document.file.path, document.tree.start)
    known = environment.made.get(key)
    if not isinstance(known, Rendered):
        known = environment.made[key] = render(document, environment.assets)
    return known
