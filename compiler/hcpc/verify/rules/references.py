"""References without a name: the API takes them, and the operator then finds no such object.

An SSH key without a name is taken for none; `hypershift create` writes it like that. Source:
HyperShift's API, where names of references are empty by default.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.sink import Sink
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath, dotted
from hcpc.verify.subject import Subject

_NEEDED: tuple[FieldPath, ...] = (
    ("pullSecret",),
    ("secretEncryption", "aescbc", "activeKey"),
    ("etcd", "unmanaged", "tls", "clientSecret"),
)
_OTHERS: tuple[FieldPath, ...] = (
    ("additionalTrustBundle",),
    ("auditWebhook",),
    ("serviceAccountSigningKey",),
    ("sshKey",),
)


def check(subject: Subject, sink: Sink) -> None:
    """Report references that name nothing: an error where the cluster cannot do without."""
    spec = subject.value(("spec",))
    for path in (*_NEEDED, *_OTHERS):
        found = get(spec, path)
        if not isinstance(found, dict) or found.get("name", "") != "":
            continue
        is_needed = path in _NEEDED
        sink.report(
            codes.EMPTY_REFERENCE,
            subject.key_span(subject.hosted_cluster, ("spec", *path)),
            f"`{dotted(path)}` names nothing",
            help="name the object" if is_needed else "name the object, or remove the reference",
            severity=Severity.ERROR if is_needed else Severity.WARNING,
        )
