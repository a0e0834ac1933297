"""Formats of texts: what the API server takes for each. Source: k8s.io/kube-openapi, strfmt."""

import pytest

from hcpc.verify.crd.formats import FORMATS, format_check

TAKEN = {
    "bsonobjectid": ["507f1f77bcf86cd799439011"],
    "byte": ["aGVsbG8=", "aGVsbG8h"],
    "cidr": ["10.0.0.0/16", "010.0.0.0/016", "fd00::/8"],
    "creditcard": ["4220 8554 2622 2389"],
    "date": ["2024-02-29", "0000-01-01"],
    "date-time": [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00.123+01:00",
        "2026-01-31T12:00:00,1Z",
    ],
    "duration": ["30m", "1h30m", "-1.5h", "0", "3 weeks", "1μs", "2 Days"],
    "email": ["a@example.com", "A B <a.b@example.com>", '"a b"@example.com'],
    "hexcolor": ["#ffffff", "fff"],
    "hostname": ["example.com", "localhost", "a-b", "bücher.example"],
    "ipv4": ["10.0.0.1", "010.0.0.1", "::ffff:10.0.0.1"],
    "ipv6": ["::1", "fe80::1"],
    "isbn": ["3836221195", "978-4-87311-368-5"],
    "isbn10": ["3 401 01319 X"],
    "isbn13": ["978 3401013190"],
    "k8s-long-name": ["a.b-c"],
    "k8s-short-name": ["a-b"],
    "mac": ["3D:F2:C9:A6:B3:4F", "3d-f2-c9-a6-b3-4f", "0000.5e00.5301"],
    "password": ["", "anything"],
    "rgbcolor": ["rgb(0, 31,255)"],
    "ssn": ["191-60-2869", "191 60 2869"],
    "uri": ["https://example.com/a?b=c#d", "/absolute", "mailto:a@b", "http://[fe80::1%25en0]:80/"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"],
    "uuid3": ["123e4567-e89b-32d3-a456-426614174000"],
    "uuid4": ["123e4567-e89b-42d3-a456-426614174000"],
    "uuid5": ["123e4567-e89b-52d3-a456-426614174000"],
}
REFUSED = {
    "bsonobjectid": ["507f1f77"],
    "byte": ["", "hello", "aGVsbG8"],
    "cidr": ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "fd00::/129"],
    "creditcard": ["4220 8554 2621 3389", ""],
    "date": ["2023-02-29", "2024-1-02", "2024-01-02 "],
    "date-time": [
        "2026-01-31",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:00:00",
        "2026-13-01T00:00:00Z",
    ],
    "duration": ["", "soon", "5", "99999999999999999999 days"],
    "email": ["a", "a@", "@example.com", "a b@example.com"],
    "hexcolor": ["#ff"],
    "hostname": ["", "-a", "a..b", "a_b", f"{'a' * 64}.example.com"],
    "ipv4": ["10.0.0", "256.0.0.1", "::1"],
    "ipv6": ["10.0.0.1", "fe80::1%eth0", ":::"],
    "isbn": ["3836221191"],
    "isbn10": ["3423214121"],
    "isbn13": ["978 3 8362 2119 0"],
    "k8s-long-name": ["A", "a..b", "a" * 254],
    "k8s-short-name": ["a.b", "-a", "a" * 64, "a\n"],
    "mac": ["3D-F2-C9-A6-B3:4F", "3DF2C9A6B34F", ""],
    "rgbcolor": ["rgb(1,349,275)"],
    "ssn": ["191602869"],
    "uri": [
        "",
        "example.com",
        "://x",
        "http://a b/",
        "http://[::1",
        "http://a:b/",
        "/%zz",
        "a\nb:c",
    ],
    "uuid": ["123e4567", "123e4567-e89b-12d3-a456-42661417400g"],
    "uuid3": ["123e4567-e89b-42d3-a456-426614174000"],
    "uuid4": ["123e4567-e89b-42d3-7456-426614174000"],
    "uuid5": ["123e4567-e89b-42d3-a456-426614174000"],
}


def test_every_format_is_looked_at() -> None:
    assert {name.replace("-", "") for name in TAKEN} == FORMATS.keys()
    assert {name.replace("-", "") for name in REFUSED} == FORMATS.keys() - {"password"}


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in TAKEN.items() for t in texts])
def test_taken(name: str, text: str) -> None:
    check = format_check(name)
    assert check
    assert check(text)


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, texts in REFUSED.items() for t in texts])
def test_refused(name: str, text: str) -> None:
    check = format_check(name)
    assert check
    assert not check(text)


@pytest.mark.parametrize("name", ["int32", "int64", "double", "regex", "quantity", ""])
def test_other_names_mean_nothing(name: str) -> None:
    assert format_check(name) is None
