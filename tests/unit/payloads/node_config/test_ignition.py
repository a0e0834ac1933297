"""Files, units, kernel arguments and keys become one MachineConfig."""

import base64
import gzip
from pathlib import Path
from typing import Any

import pytest
from tests.unit.payloads.node_config.rendering import documents, findings, fleet, told

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExam on-call"


def machine(root: Path, spec: str, **files: str | bytes) -> dict[str, Any]:
    changes = {f"clusters/{name.replace('_', '.')}": content for name, content in files.items()}
    [found] = documents(root, spec, files=changes)
    return found


def only_file(body: dict[str, Any]) -> dict[str, Any]:
    [found] = body["spec"]["config"]["storage"]["files"]
    return dict(found)


def content(file: dict[str, Any]) -> bytes:
    head, _, data = file["contents"]["source"].partition(",")
    assert head == "data:;base64"
    return base64.b64decode(data, validate=True)


def test_a_file_with_the_mode_that_files_have(tmp_path: Path) -> None:
    body = machine(tmp_path, 'files: {/etc/motd: {text: "hello\\n"}}')
    assert body["metadata"] == {
        "name": "90-mine",
        "labels": {"machineconfiguration.openshift.io/role": "worker"},
    }
    assert body["spec"]["config"]["ignition"] == {"version": "3.2.0"}
    file = only_file(body)
    assert content(file) == b"hello\n"
    del file["contents"]
    assert file == {"mode": 0o644, "overwrite": True, "path": "/etc/motd"}


@pytest.mark.parametrize(("said", "mode"), [("0755", 0o755), ('"0600"', 0o600), ("0000", 0)])
def test_modes_are_octal_quoted_or_not(said: str, mode: int, tmp_path: Path) -> None:
    assert only_file(machine(tmp_path, f"files: {{/a: {{text: a, mode: {said}}}}}"))["mode"] == mode


@pytest.mark.parametrize("said", ["644", "420", "0888", "01777", "rw-r--r--", "0o644"])
def test_other_modes_are_refused(said: str, tmp_path: Path) -> None:
    found = findings(tmp_path, f"files: {{/a: {{text: a, mode: {said}}}}}")
    assert [each[:7] for each in found] == ["HCP0213"]


def test_owners_by_name_and_number(tmp_path: Path) -> None:
    file = only_file(machine(tmp_path, "files: {/a: {text: a, owner: chrony, group: 992}}"))
    assert (file["user"], file["group"]) == ({"name": "chrony"}, {"id": 992})


def test_a_number_is_text_in_a_file(tmp_path: Path) -> None:
    assert content(only_file(machine(tmp_path, "files: {/a: {text: 12}}"))) == b"12"


def test_references_stay_as_they_are_written(tmp_path: Path) -> None:
    assert content(only_file(machine(tmp_path, 'files: {/a: {text: "${HOME}"}}'))) == b"${HOME}"


def test_a_file_of_the_repository_may_hold_any_bytes(tmp_path: Path) -> None:
    body = machine(tmp_path, "files: {/a: {fromFile: logo.png}}", logo_png=b"\x89\xff\x00")
    assert content(only_file(body)) == b"\x89\xff\x00"


def test_a_compressed_file(tmp_path: Path) -> None:
    file = only_file(machine(tmp_path, 'files: {/a: {gzip: true, text: "a a a a a a"}}'))
    assert file["contents"]["compression"] == "gzip"
    assert gzip.decompress(content(file)) == b"a a a a a a"


def test_the_order_of_files_and_units_says_nothing(tmp_path: Path) -> None:
    files = ["/b: {text: b}", "/a: {text: a}"]
    units = ["b.service: {enabled: true}", "a.service: {enabled: false}"]
    one, other = (
        machine(tmp_path / name, f"files: {{{', '.join(f)}}}\nunits: {{{', '.join(u)}}}")
        for name, f, u in (("1", files, units), ("2", files[::-1], units[::-1]))
    )
    assert one == other


def test_units_with_what_is_said_of_them(tmp_path: Path) -> None:
    text = "[Unit]\n[Install]\nWantedBy=a.target\n"
    body = machine(
        tmp_path,
        f"units:\n  a.service: {{enabled: true, text: {text!r}}}\n".replace("'", '"')
        + "  b.socket: {mask: true}\n"
        "  c.service: {dropins: {20-b.conf: {fromFile: b.conf}, 10-a.conf: {text: '[Service]'}}}\n",
        b_conf="[Service]\nNice=5\n",
    )
    assert body["spec"]["config"]["systemd"]["units"] == [
        {"name": "a.service", "enabled": True, "contents": text},
        {"name": "b.socket", "mask": True},
        {
            "name": "c.service",
            "dropins": [
                {"name": "10-a.conf", "contents": "[Service]"},
                {"name": "20-b.conf", "contents": "[Service]\nNice=5\n"},
            ],
        },
    ]


@pytest.mark.parametrize(
    "text", ["[Unit]\nA=b \\\n  no setting\n# c\n\n; d\n[X]\nE=", "", "[A]\n#\\\nB=c"]
)
def test_units_that_systemd_can_read(text: str, tmp_path: Path) -> None:
    machine(tmp_path, "units: {a.service: {fromFile: a.txt}}", a_txt=text)


def test_a_unit_in_a_file_is_looked_at_as_well(tmp_path: Path) -> None:
    files = {"clusters/a.txt": "[Unit]\nnothing\n"}
    result = fleet(tmp_path, {"a": "units: {a.service: {fromFile: a.txt}}"}, files=files)
    assert told(result) == ["HCP0213 a.txt"]
    assert result.findings[0].primary.text == "expected a setting `Name=value` in line 2"


def test_a_unit_in_a_file_that_is_no_text(tmp_path: Path) -> None:
    files = {"clusters/a.txt": b"\xff"}
    result = fleet(tmp_path, {"a": "units: {a.service: {fromFile: a.txt}}"}, files=files)
    assert told(result) == ["HCP0001 a.txt"]


def test_kernel_arguments_and_keys_need_no_files(tmp_path: Path) -> None:
    body = machine(tmp_path, f"kernelArguments: [b, a=1]\nsshKeys: [{KEY}]")
    assert body["spec"] == {
        "kernelArguments": ["b", "a=1"],
        "config": {
            "ignition": {"version": "3.2.0"},
            "passwd": {"users": [{"name": "core", "sshAuthorizedKeys": [KEY]}]},
        },
    }


def test_kernel_arguments_alone_need_no_ignition(tmp_path: Path) -> None:
    assert machine(tmp_path, "kernelArguments: [a]")["spec"] == {"kernelArguments": ["a"]}


def test_an_enabled_unit_that_nothing_starts(tmp_path: Path) -> None:
    found = findings(tmp_path, 'units: {a.timer: {enabled: true, text: "[Timer]"}}')
    assert found == ["HCP0709 enabled"]
