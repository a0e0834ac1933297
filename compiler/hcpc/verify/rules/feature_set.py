"""Feature sets other than the default: a cluster never gets out of one again.

They also rule out upgrades to the next minor version. Where that is no choice but a mistake, only
an organisation knows: a Policy can make it an error for some of its clusters. Source: the CRD of
HostedCluster.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, text
from hcpc.verify.subject import Subject

_GATE = ("spec", "configuration", "featureGate")
_CUSTOM = "CustomNoUpgrade"
_OTHERS = ("DevPreviewNoUpgrade", "TechPreviewNoUpgrade", "OKD")


def check(subject: Subject, sink: Sink) -> None:
    """Tell of a feature set, refuse lists of features without the set that reads them."""
    gate = subject.value(_GATE)
    if not isinstance(gate, dict):
        return
    chosen = text(gate.get("featureSet"))
    if chosen in (_CUSTOM, *_OTHERS):
        sink.report(
            codes.FEATURE_SET,
            subject.span(subject.hosted_cluster, (*_GATE, "featureSet")),
            f"a cluster cannot leave the feature set `{chosen}` again",
            help="choose it for clusters that can be thrown away",
        )
    if chosen in ("", *_OTHERS) and any(mapping(gate.get("customNoUpgrade")).values()):
        sink.report(
            codes.EXCLUSIVE_FIELDS,
            subject.key_span(subject.hosted_cluster, (*_GATE, "customNoUpgrade")),
            f"features are chosen one by one with the feature set `{_CUSTOM}` only",
            help=f"remove them, or choose `{_CUSTOM}`",
        )
