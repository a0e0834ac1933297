"""Where a new etcd gets its state from: a URL that can be fetched.

It stays in the manifest for ever, since the API server lets nobody take it out again. One that
begins `s3://` is signed by whoever restores. Source: HyperShift, the CRD of HostedCluster.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import texts
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_URLS = ("spec", "etcd", "managed", "storage", "restoreSnapshotURL")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse URLs of other schemes."""
    for at, url in texts(subject.value(_URLS)):
        path: Path = (*_URLS, at)
        if not url.startswith(("https://", "s3://")):
            sink.report(
                codes.SNAPSHOT_URL,
                subject.span(subject.hosted_cluster, path),
                "a snapshot is fetched from a URL that begins `https://` or `s3://`",
                help="put it on a server with TLS",
            )
