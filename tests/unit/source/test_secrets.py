"""Texts that look like secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.source.secrets import find_secrets, mask, without

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIcanary\n-----END RSA PRIVATE KEY-----\n"
FOUND = {
    "private key": f"x: |\n{KEY}",
    "access key": "id: AKIAABCDEFGHIJKLMNOP\n",
    "web token": "t: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.canarycanary\n",
    "forge token": "t: ghp_" + "canary" * 6 + "\n",
    "openshift token": "t: sha256~" + "canary" * 8 + "\n",
    "signed URL": "u: https://b.example.com/s.db?a=1&X-Amz-Signature=canary01\n",
    "shared access": "u: https://b.example.com/s.db?sv=1&sig=canary01\n",
    "login in a URL": "u: http://robot:canary@proxy.example.com:3128\n",
    "registry": """x: '{"auths": {"q": {"auth": "canarycanary=="}}}'\n""",
    "password": "bindPassword: canary\n",
    "quoted": 'password: "canary canary"\n',
    "in flow": "x: {clientSecret: canary, y: 1}\n",
    "environment": "AWS_SECRET_ACCESS_KEY= canary\n",
    "variable": "text: |\n  export DB_PASSWORD=canary\n",
    "secret": "kind: Secret\ndata:\n  a: canary\n  b: |\n    canary\ntype: Opaque\n",
    "secret, data first": "stringData: {a: canary}\nkind: Secret\n",
    "secret in a list": "x:\n  - data: {a: canary}\n    kind: Secret\n  - 1\n",
    "secret in flow": "x: {kind: Secret, stringData: {a: canary, b: canary}}\n",
}
INNOCENT = [
    "# the password: see the vault\nnote: ask for the password: at the desk\n",
    "PASSWORD=$(cat /run/secret)\nPASSWORD=/run/secret\npassword: <from the vault>\n",
    "url: https://<user>:<password>@proxy.example.com\nother: https://$U:$P@proxy.example.com\n",
    "bindPassword: {secret: payments-ldap}\n",
    "clientSecret:\n  secret: x\n",
    "password: ${cluster.vars.x}\n",
    "password: null\npasswordFile: /etc/x\n",
    "kind: ConfigMap\ndata: {a: b}\n---\nkind: Secret\nmetadata: {name: x}\n",
    "a: {kind: SecretStore, data: {x: y}}\n",
    "url: https://example.com/a@b?signed=no\n",
    "image: quay.io/x@sha256:0123456789012345678901234567890123456789012345678901234567890123\n",
    "oauth: {tokenConfig: {accessTokenMaxAgeSeconds: 1}}\nsig: 1\n",
]


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
def test_secrets_are_found_and_nowhere_to_be_seen(text: str) -> None:
    assert find_secrets(text)
    shown = mask(text)
    assert "canary" not in shown.lower().replace("akia", "canary")
    assert len(shown) == len(text)
    assert shown.count("\n") == text.count("\n")


@pytest.mark.parametrize("text", INNOCENT)
def test_names_of_secrets_are_none(text: str) -> None:
    assert find_secrets(text) == ()
    assert mask(text) == text


def test_words_are_said_without_the_secrets_of_a_file() -> None:
    source = "bindPassword: 'canary'\n"
    assert without("expected a mapping, not `canary`", source) == (
        "expected a mapping, not `(secret)`"
    )
    block = "x: |\n  -----BEGIN PRIVATE KEY-----\n  canary\n"
    assert "canary" not in without("x: |\n    -----BEGIN PRIVATE KEY-----\n    canary\n", block)
    assert without("nothing to hide", source) == "nothing to hide"


@given(st.lists(st.sampled_from([*FOUND.values(), *INNOCENT, "  ", "{", "- ", "---\n"])))
def test_masking_keeps_every_place_where_it_is(parts: list[str]) -> None:
    text = "".join(parts)
    shown = mask(text)
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in text.split("\n")]
    assert all(0 <= each.start < each.end <= len(text) for each in find_secrets(text))


@pytest.mark.parametrize("part", [" kind: Secret\n", "{kind: Secret ", "password", "eyJ", "://a:"])
def test_long_texts_cost_no_more_than_their_length(part: str) -> None:
    # Would take minutes if it were quadratic.
    find_secrets(part * (200_000 // len(part)))
