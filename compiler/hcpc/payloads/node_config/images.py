"""Mirrors and signatures of images: ImageDigestMirrorSet, ClusterImagePolicy."""

import base64
from typing import Any

from hcpc.diagnostics import codes
from hcpc.payloads.node_config.gather import Gather
from hcpc.syntax.tree import Path

_API_VERSION = "config.openshift.io/v1"
_LONGEST = 8192


def mirror_set(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """The ImageDigestMirrorSet of `mirrors`, by source."""
    return {
        "apiVersion": _API_VERSION,
        "kind": "ImageDigestMirrorSet",
        "metadata": {"name": name},
        "spec": {"imageDigestMirrors": [_mirror(*each) for each in sorted(said.items())]},
    }


def _mirror(source: str, said: list[str] | dict[str, Any]) -> dict[str, Any]:
    if isinstance(said, list):
        return {"mirrors": said, "source": source}
    found = {"mirrors": said["mirrors"], "source": source}
    if "neverContactSource" in said:
        never = said["neverContactSource"]
        found["mirrorSourcePolicy"] = "NeverContactSource" if never else "AllowContactingSource"
    return found


def image_policy(name: str, said: dict[str, Any], gather: Gather) -> dict[str, Any]:
    """The ClusterImagePolicy of an entry of `imagePolicies`."""
    at: Path = ("imagePolicies", name)
    policy = {"rootOfTrust": _root(said, at, gather)}
    if "signedIdentity" in said:
        policy["signedIdentity"] = _identity(said["signedIdentity"])
    return {
        "apiVersion": _API_VERSION,
        "kind": "ClusterImagePolicy",
        "metadata": {"name": name},
        "spec": {"policy": policy, "scopes": said["scopes"]},
    }


def _root(said: dict[str, Any], at: Path, gather: Gather) -> dict[str, Any]:
    if "publicKey" in said:
        data = _data(said, at, "publicKey", {"key": "keyData", "rekorKey": "rekorKeyData"}, gather)
        return {"policyType": "PublicKey", "publicKey": data}
    if "fulcio" in said:
        fields = {"ca": "fulcioCAData", "rekorKey": "rekorKeyData"}
        data = _data(said, at, "fulcio", fields, gather)
        inside = said["fulcio"]
        data["fulcioSubject"] = {
            "oidcIssuer": inside["oidcIssuer"],
            "signedEmail": inside["signedEmail"],
        }
        return {"policyType": "FulcioCAWithRekor", "fulcioCAWithRekor": data}
    fields = {"caRoots": "caRootsData", "caIntermediates": "caIntermediatesData"}
    data = _data(said, at, "pki", fields, gather)
    inside = said["pki"]
    data["pkiCertificateSubject"] = {
        field: inside[field] for field in ("email", "hostname") if field in inside
    }
    return {"policyType": "PKI", "pki": data}


def _data(
    said: dict[str, Any], at: Path, root: str, fields: dict[str, str], gather: Gather
) -> dict[str, Any]:
    """The keys and certificates of a root of trust, as the API wants them."""
    found: dict[str, Any] = {}
    for field, to in fields.items():
        if field in said[root]:
            kind = "PUBLIC KEY" if "key" in field.lower() else "CERTIFICATE"
            found[to] = _pem(said[root][field], (*at, root, field), kind, gather)
    return found


def _pem(said: dict[str, Any], at: Path, kind: str, gather: Gather) -> str:
    text = (gather.text(said, at) or "").strip()
    encoded = base64.b64encode(f"{text}\n".encode("utf-8", "surrogatepass")).decode()
    if not text.startswith(f"-----BEGIN {kind}-----") or not text.endswith(f"-----END {kind}-----"):
        expected = f"`-----BEGIN {kind}-----` … `-----END {kind}-----`"
    elif len(encoded) > _LONGEST:
        expected = f"at most {_LONGEST:,} characters when encoded"
    else:
        return encoded
    span = gather.key((*at, "text" if "text" in said else "fromFile"))
    message = f"`{at[-1]}` cannot be this text"
    gather.sink.report(codes.BAD_FORMAT, span, message, label=f"expected {expected}")
    return encoded


def _identity(said: dict[str, Any]) -> dict[str, Any]:
    if "exactRepository" in said:
        exact = {"repository": said["exactRepository"]}
        return {"exactRepository": exact, "matchPolicy": "ExactRepository"}
    if "remap" in said:
        return {"matchPolicy": "RemapIdentity", "remapIdentity": said["remap"]}
    return {"matchPolicy": said["match"]}
