"""A certificate for servers of this machine, as strict clients want it."""

import subprocess
from pathlib import Path


def make(certificate: Path, key: Path) -> None:
    """Writes a certificate for 127.0.0.1 that signs itself, and its key.

    The one that kube-apiserver makes for itself lacks extensions that Python 3.13 asks for.
    """
    certificate.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-addext", "keyUsage=critical,digitalSignature,keyCertSign"),
            *("-keyout", key, "-out", certificate),
        ],
        check=True,
        capture_output=True,
    )
