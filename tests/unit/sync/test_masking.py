"""What is shown is one short line without secrets; when in doubt too much is hidden."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sync.rounds import CONFIG, REPLICAS, observed, outcome, round_of

from hcpc.sync.compare import applied_differences, field_differences
from hcpc.sync.masking import (
    HIDDEN,
    WITHHELD,
    clean,
    hides,
    is_secret_name,
    shown,
    shown_pair,
    withheld,
)
from hcpc.sync.records import Action, Difference, Result, Verb

CANARY = "Canary0Canary0Canary0"
TOKEN = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.{CANARY}"
MOTD = Difference(("data", "motd"), "hello", "bye", "kubectl-edit", is_private=True)
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n{CANARY}\n-----END RSA PRIVATE KEY-----\n"
# What a text of a ConfigMap, or of any other field, may hold.
TEXTS = [
    f"password: {CANARY}",
    f"password: a,{CANARY}",
    f"password: 'a#{CANARY}'",
    f"x: 1\nbindPassword: |\n  a\n\n  {CANARY}\ny: 2",
    f"clientSecret:\n  {CANARY}\n",
    f"tokens:\n- {CANARY}\n- {CANARY}\n",
    f'{{"password":"{CANARY}"}}',
    json.dumps({"auths": {"quay.io": {"auth": CANARY}}}),
    json.dumps(json.dumps({"clientSecret": f'"{CANARY}'})),
    f"users:\n- name: x\n  user: {{token: {CANARY}}}",
    f"client-key-data: {CANARY}==",
    f"DB_PASSWORD={CANARY}",
    f"env:\n- name: DB_PASSWORD\n  value: {CANARY}\n",
    f"env:\n- value: {CANARY}\n  name: API_KEY\n",
    f"https://robot:{CANARY}@example.com/x",
    f"https://{CANARY}@example.com/x",
    f"https://b.example.com/s.db?X-Amz-Signature={CANARY}",
    f"Authorization: Bearer {CANARY}",
    f"source: data:text/plain;base64,{CANARY}=",
    f"kind: Secret\nstringData:\n  a: {CANARY}\n",
    f"DB_PASS={CANARY}",
    f"dbPwd: {CANARY}",
    f"psk: {CANARY}",
    f"PrivateKey = {CANARY}",
    f"data:,user%3Aadmin%0Apassword%3A{CANARY}",
    f"x.example.com/?p=%70assword%3D{CANARY}",
    f"x.example.com/?p=%2570assword%253D{CANARY}",
    f"admin:$2y$05${CANARY}",
    f"admin:$apr1$x${CANARY}",
    f"admin:{{SHA}}{CANARY}",
    f"machine git.example.com login bot password {CANARY}",
    f"curl -u admin:{CANARY} https://x",
    f"curl --user='admin:{CANARY}' https://x",
    f"H4sIAAAAAAAAA8tIzcnJ{CANARY}",
    f"PHN0b3JhZ2U+{CANARY}=",
    f"see {CANARY}/{CANARY} there",
    TOKEN,
    KEY,
    f"a: |\n  {KEY.replace(chr(10), chr(10) + '  ')}",
]
# What needs no sign between name and value in a file; a sentence has other words there.
FILES = [
    f"passwd {CANARY}",
    f"bind_pw {CANARY}",
    f"machine x\nlogin y\npassword {CANARY}\n",
]
# Places where any text is a secret.
PLACES: list[dict[str, Any]] = [
    {"kind": "Secret", "data": {"a": CANARY}},
    {"kind": "Secret", "stringData": {"a": CANARY}},
    {"kind": "Secret", "metadata": {"annotations": {"note": CANARY}}},
    {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": CANARY}}},
    {"binaryData": {"a": CANARY}},
    {"data": {"password": CANARY}},
    {"data": {".dockerconfigjson": CANARY}},
    {"spec": {"kubeconfig": CANARY}},
    {"spec": {"bindPassword": CANARY}},
    {"spec": {"tokens": [CANARY]}},
    {"spec": {"containers": [{"env": [{"name": "API_TOKEN", "value": CANARY}]}]}},
    {"spec": {"containers": [{"args": ["--client-secret", CANARY]}]}},
    {"spec": {"containers": [{"args": [f"--client-secret={CANARY}"]}]}},
]


def of(rest: dict[str, Any]) -> dict[str, Any]:
    """A whole object of a part of one."""
    body = {"apiVersion": "v1", "kind": "Thing", **rest}
    return {**body, "metadata": {"name": "a", **rest.get("metadata", {})}}


def at_every_depth(value: Any) -> list[Any]:
    """The value, and each that it holds."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(each for item in inner for each in at_every_depth(item))]


def changed(value: Any, new: str) -> Any:
    """The same with other texts where the canary is."""
    if isinstance(value, dict):
        return {key: changed(each, new) for key, each in value.items()}
    if isinstance(value, list):
        return [changed(each, new) for each in value]
    return value.replace(CANARY, new) if isinstance(value, str) else value


@pytest.mark.parametrize("text", TEXTS + FILES)
def test_secrets_in_texts_are_hidden(text: str) -> None:
    assert CANARY not in shown(text, ("data", "config"), "ConfigMap")
    assert CANARY not in shown({"config": [text]}, ("data",), "ConfigMap")
    other = text.replace(CANARY, "OtherCanary0Canary0Other")
    for pair in (
        shown_pair(text, other, ("data", "config"), "ConfigMap"),
        shown_pair("x\n" * 99 + text, "x\n" * 99 + other, ("spec", "x"), "Thing"),
    ):
        assert "Canary0" not in "".join(pair)


@pytest.mark.parametrize("rest", PLACES)
def test_secrets_are_hidden_in_every_difference(rest: dict[str, Any]) -> None:
    body = of(rest)
    for there in (of({}), of(changed(rest, "OtherCanary0Other")), of({"spec": {}, "data": {}})):
        there["kind"] = body["kind"]
        found = [
            *field_differences(body, there),
            *applied_differences(body, there),
            *applied_differences(there, body),
        ]
        assert found
        assert "Canary0" not in repr(found)


@pytest.mark.parametrize("rest", PLACES)
def test_a_message_is_without_the_secrets_of_the_object(rest: dict[str, Any]) -> None:
    if "metadata" in rest:
        return  # what the server says of annotations is short
    said = clean(f'spec.x: Invalid value: "{CANARY}": no', of(rest))
    assert said == f'spec.x: Invalid value: "{HIDDEN}": no'


def test_a_message_is_without_the_data_of_a_secret_however_it_is_written() -> None:
    secret = of({"kind": "Secret", "data": {"a": "aHVudGVyMgpzZWNvbmQgbGluZQ=="}})
    for text in ("aHVudGVyMgpzZWNvbmQgbGluZQ==", "hunter2\nsecond line", "second line"):
        assert clean(f"no: {text}", secret) == f"no: {HIDDEN}"
    assert clean(r'no: "hunter2\nsecond line"', secret) == f'no: "{HIDDEN}"'


@pytest.mark.parametrize("text", [each for each in TEXTS if "\n" not in each])
@given(before=st.text(max_size=9), after=st.text(max_size=9))
def test_messages_of_servers_are_cleaned(text: str, before: str, after: str) -> None:
    if text.startswith(("client-key", "password: 'a#", "password: a,")):
        return  # no sentence has these
    assert CANARY not in clean(f"{before} {text} {after}")


def test_sentences_stay_as_they_are() -> None:
    for text in (
        'secrets "build-pull-secret" is forbidden: User "hcpc" cannot get resource "secrets"',
        "could not read the pull secret: not found",
        'conflict with "kubectl-edit" using v1: .spec.replicas',
        'spec.release.image: Invalid value: "quay.io/x@sha256:0123": no such image',
        f"quay.io/openshift-release-dev/ocp-release@sha256:{'0a1b' * 16} is not there",
        "signers does not have its key SHA256:47DEQpj8HBSaTImWA5JCeuQeRkm5NMpJWZG3hSuFU1A",
        "object 0123456789abcdef0123456789abcdef01234567 of 1b4e28ba-2fa1-11d2-883f-0016d3cca427",
        "the node bypass: 1 did not pass the token on, a password is needed",
        "100% of 3 nodes are done, 50%25 left",
        "https://console.apps.a.example.com/k8s/cluster/projects is not there",
    ):
        assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('cannot log in: password: "x"', f'cannot log in: password: "{HIDDEN} "'),
        ("cannot log in: token = abc", f"cannot log in: token = {HIDDEN}"),
        ("exec kubeadm join --token abcdef.0123456789abcdef", "exec kubeadm join --token (secret)"),
        ("odbc: pwd=x;", "odbc: pwd=(secret)"),
    ],
)
def test_settings_in_sentences_are_hidden_whatever_they_are(text: str, said: str) -> None:
    assert clean(text) == said


@pytest.mark.parametrize(
    ("kind", "rest", "private"),
    [
        ("ConfigMap", {"data": {"a": "x"}}, True),
        ("ConfigMap", {"data": {}}, True),
        ("ConfigMap", {"binaryData": {"a": "eA=="}}, True),
        ("ConfigMap", {"metadata": {"labels": {"a": "x"}}}, False),
        ("NodePool", {"spec": {"replicas": 2}}, False),
        ("NodePool", {"spec": {"text": "one line\n"}}, False),
        ("NodePool", {"spec": {"text": "two\nlines"}}, True),
        ("NodePool", {"spec": {"list": [{"text": "two\nlines"}]}}, True),
    ],
)
def test_files_are_for_a_person_only(kind: str, rest: dict[str, Any], private: bool) -> None:  # noqa: FBT001
    body = {**of(rest), "kind": kind}
    for found in (
        field_differences(body, {**of({}), "kind": kind}),
        applied_differences({**of({}), "kind": kind}, body),
    ):
        assert {each.is_private for each in found} <= {private}
        assert found or rest == {"data": {}}


def test_of_what_is_private_everyone_is_told_the_place_only() -> None:
    action = Action(Verb.CONFIGURE, CONFIG, observed=observed(CONFIG, (MOTD,)))
    done = round_of(outcome(CONFIG, Result.CONFIGURED, action=action, differences=(MOTD, REPLICAS)))
    for told in (withheld(done), withheld(done._replace(guests={"a": done})).guests["a"]):
        (one,) = told.outcomes
        hidden = MOTD._replace(wanted=WITHHELD, live=WITHHELD)
        assert one.differences == (hidden, REPLICAS)
        assert one.action.observed is not None
        assert one.action.observed.differences == (hidden,)


def test_a_message_is_one_line_without_control_characters() -> None:
    assert clean("a\r\n b\x1b[31m red\x00 \u202eback") == "a b red back"
    assert len(clean("x" * 5000)) == 600
    assert clean("x" * 5000).endswith("…")


@given(st.text())
def test_whatever_a_text_is_what_is_shown_is_one_short_line(text: str) -> None:
    for each in (shown(text), clean(text), *shown_pair(text, text[::-1])):
        assert len(each) <= 603
        assert each.isprintable() or not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in each)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.sampled_from(TEXTS),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["a", "spec", "config", "token"]), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(["ConfigMap", "Secret", "HostedCluster"]),
)
def test_canaries_come_out_of_nothing(value: Any, kind: str) -> None:
    for each in at_every_depth(value):
        assert CANARY not in shown(each, ("data", "x"), kind)
        assert CANARY not in shown(each, ("spec", "x", 0), kind)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain text", "plain text"),
        ("1", '"1"'),
        (1, "1"),
        ("true", '"true"'),
        (True, "true"),
        ("", '""'),
        (" a", '" a"'),
        (None, "null"),
        ("null", '"null"'),
        ("a\nb", "a\\nb"),
        ({"a": [1, "é"]}, '{"a": [1, "é"]}'),
        ("\u202ea", "?a"),
    ],
)
def test_values_are_shown_as_they_are(value: Any, text: str) -> None:
    assert shown(value, ("spec", "x")) == text


def test_long_texts_are_shown_from_where_they_part() -> None:
    before = "".join(f"line{number}: {number}\n" for number in range(200))
    wanted, live = f"{before}maxPods: 120\nend\n", f"{before}maxPods: 250\nend\n"
    assert shown_pair(wanted, live, ("data", "config")) == (
        "…maxPods: 120\\nend\\n",
        "…maxPods: 250\\nend\\n",
    )
    assert shown_pair("x" * 500 + "a", "x" * 500 + "b")[0] == "…" + "x" * 40 + "a"


def test_names_of_secrets() -> None:
    secret = ["password", "bindPassword", "client-key-data", "API_TOKEN", ".dockerconfigjson"]
    assert all(map(is_secret_name, secret))
    plain = ["secretName", "name", "tokenConfig", "image", "passwordFile", "replicas", "sshKey"]
    assert not any(map(is_secret_name, plain))


def test_what_stands_beside_tells() -> None:
    assert hides({"name": "DB_PASSWORD", "value": "x"}, "value")
    assert not hides({"name": "DB_HOST", "value": "x"}, "value")
    assert hides(["--token", "x"], 1)
    assert not hides(["--name", "x"], 1)
    assert not hides(["token", "x"], 0)


def test_references_to_secrets_are_shown() -> None:
    reference = {"pullSecret": {"name": "build-pull-secret"}}
    assert shown(reference, ("spec",)) == '{"pullSecret": {"name": "build-pull-secret"}}'


@pytest.mark.parametrize(
    "part",
    [
        *("a", "password", 'token"', "://x", "- value: x\n", "token:\n  x\n", "%25", "%", "pw "),
        *("data:", "data:;a", "$2y$", "{SHA}", "login x ", "-u a ", "Aa1/", "A/", "token = ", "a="),
    ],
)
def test_long_texts_cost_no_more_than_their_length(part: str) -> None:
    assert shown(part * (300_000 // len(part)), ("data", "x"))
    assert clean(part * (300_000 // len(part)))
