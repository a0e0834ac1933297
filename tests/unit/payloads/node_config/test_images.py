"""Mirrors, and signatures that images need."""

import base64
from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import documents, findings

KEY = "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n"
SAID = '{text: "-----BEGIN PUBLIC KEY-----\\nabc\\n-----END PUBLIC KEY-----"}'
ENCODED = base64.b64encode(KEY.encode()).decode()


def test_mirrors_by_source(tmp_path: Path) -> None:
    spec = (
        "mirrors:\n"
        "  b.example.com/a: [m.example.com/a, n.example.com/a]\n"
        "  '*.a.example.com': {mirrors: [m.example.com], neverContactSource: true}\n"
        "  c.example.com: {mirrors: [m.example.com], neverContactSource: false}\n"
    )
    [body] = documents(tmp_path, spec)
    assert (body["kind"], body["metadata"]) == ("ImageDigestMirrorSet", {"name": "mine"})
    mirrors = body["spec"]["imageDigestMirrors"]
    assert [(each["source"], each.get("mirrorSourcePolicy")) for each in mirrors] == [
        ("*.a.example.com", "NeverContactSource"),
        ("b.example.com/a", None),
        ("c.example.com", "AllowContactingSource"),
    ]
    assert mirrors[1]["mirrors"] == ["m.example.com/a", "n.example.com/a"]


@pytest.mark.parametrize(
    ("mirrors", "found"),
    [
        ("{a.example.com/b:v1: [m.example.com]}", "HCP0213 a.example.com/b:v1"),
        ("{a.example.com: ['*.m.example.com']}", "HCP0213 '*.m.example.com'"),
        ("{a.example.com: []}", "HCP0212 a.example.com"),
        ("{a.example.com: {mirror: [m.example.com]}}", "HCP0202 mirror"),
    ],
)
def test_mirrors_that_are_none(mirrors: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"mirrors: {mirrors}") == [found]


def test_policies_bear_the_names_they_are_given(tmp_path: Path) -> None:
    spec = "imagePolicies: {%s: {scopes: [a.example.com], publicKey: {key: %s}}}"
    [body] = documents(tmp_path, spec % ("team", SAID))
    assert (body["kind"], body["metadata"]) == ("ClusterImagePolicy", {"name": "team"})
    trust = {"policyType": "PublicKey", "publicKey": {"keyData": ENCODED}}
    assert body["spec"] == {"policy": {"rootOfTrust": trust}, "scopes": ["a.example.com"]}


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("{match: MatchRepository}", {"matchPolicy": "MatchRepository"}),
        (
            "{exactRepository: a.example.com/b}",
            {
                "matchPolicy": "ExactRepository",
                "exactRepository": {"repository": "a.example.com/b"},
            },
        ),
        (
            "{remap: {prefix: m.example.com, signedPrefix: a.example.com}}",
            {
                "matchPolicy": "RemapIdentity",
                "remapIdentity": {"prefix": "m.example.com", "signedPrefix": "a.example.com"},
            },
        ),
    ],
)
def test_which_image_a_signature_names(
    said: str, becomes: dict[str, object], tmp_path: Path
) -> None:
    root = f"publicKey: {{key: {SAID}, rekorKey: {SAID}}}"
    spec = f"imagePolicies: {{a: {{scopes: [a.example.com], {root}, signedIdentity: {said}}}}}"
    [body] = documents(tmp_path, spec)
    assert body["spec"]["policy"]["signedIdentity"] == becomes
    assert body["spec"]["policy"]["rootOfTrust"]["publicKey"]["rekorKeyData"] == ENCODED


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("{scopes: [a.example.com]}", "HCP0204 a"),
        (f"{{scopes: [], publicKey: {{key: {SAID}}}}}", "HCP0212 scopes"),
        ("{scopes: [a.example.com], publicKey: {key: {text: abc}}}", "HCP0213 text"),
        (f"{{scopes: [a.example.com], pki: {{caRoots: {SAID}, email: a}}}}", "HCP0213 text"),
        (f"{{scopes: [a.example.com], pki: {{caRoots: {SAID}}}}}", "HCP0204 pki"),
    ],
)
def test_policies_that_trust_nobody(policy: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"imagePolicies: {{a: {policy}}}") == [found]
