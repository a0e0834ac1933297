"""NodeConfigs that no node pool uses."""

from collections.abc import Container, Iterable

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.document import Document
from hcpc.resolve.node_configs import node_config_id


def check_unused(
    documents: Iterable[Document], used: Container[str], troubled: Iterable[str], sink: Sink
) -> None:
    """Report each that is in no list, unless a cluster below it could not be read."""
    for document in documents:
        below = f"{document.directory}/" if document.directory else ""
        if node_config_id(document) in used or any(
            f"{directory}/".startswith(below) for directory in troubled
        ):
            continue
        sink.report(
            codes.NODE_CONFIG_UNUSED,
            document.name_span,
            f"no node pool uses NodeConfig `{document.name}`",
            help="list it under `config` of a pool, or remove it",
            subjects=(document.name,),
        )
