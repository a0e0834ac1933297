"""Optional parts of OpenShift: on or off, some only together, most of them only from 4.20 on.

They cannot be changed once the cluster exists. Source: the CRD of HostedCluster.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import texts
from hcpc.syntax.tree import Path
from hcpc.verify.release import RELEASE, minor, release_of
from hcpc.verify.subject import Subject

_CAPABILITIES = ("spec", "capabilities")
_DISABLED = (*_CAPABILITIES, "disabled")
_LATER = frozenset({"Console", "Ingress", "Insights", "NodeTuning", "openshift-samples"})
_FIRST = (4, 20)


def check(subject: Subject, sink: Sink) -> None:
    """Refuse parts that are on and off, the console without ingress, and releases before them."""
    capabilities = subject.value(_CAPABILITIES)
    if not isinstance(capabilities, dict) or not capabilities.get("disabled"):
        return
    disabled = [name for _, name in texts(capabilities["disabled"])]
    enabled = {name for _, name in texts(capabilities.get("enabled"))}
    version = release_of(subject.value(RELEASE), subject.cluster.scope).version
    is_early = (0, 0) < minor(version) < _FIRST
    manifest = subject.hosted_cluster
    for at, name in enumerate(disabled):
        path: Path = (*_DISABLED, at)
        fault = ""
        if name in enabled:
            fault = f"`{name}` is enabled and disabled at once"
            advice = "remove it from one of the lists"
        elif name == "Ingress" and "Console" not in disabled:
            fault, advice = "the console needs `Ingress`", "disable `Console` as well"
        elif is_early and name in _LATER:
            fault = f"`{name}` can be left out from release 4.20 on, this is {version}"
            advice = "take a later release from the beginning, or install it"
        if fault:
            sink.report(codes.CAPABILITIES, subject.span(manifest, path), fault, help=advice)
