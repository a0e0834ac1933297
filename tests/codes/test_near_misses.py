"""What somebody is advised who wrote a value of the wrong form."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hcpc.spec.machine import Mode
from hcpc.spec.near_misses import NEAR_MISSES
from hcpc.spec.node_manifests import DecimalMode
from hcpc.spec.types import Cidr, DnsLabel, Duration, Image, Quantity

FORMS: dict[str, TypeAdapter[str] | TypeAdapter[int]] = {
    "cidr": TypeAdapter(Cidr),
    "decimal_mode": TypeAdapter(DecimalMode),
    "duration": TypeAdapter(Duration),
    "image": TypeAdapter(Image),
    "mode": TypeAdapter(Mode),
    "name": TypeAdapter(DnsLabel),
    "quantity": TypeAdapter(Quantity),
}
LETTERS = st.text("0123456789.:/@-_ aAbBdDhHiIgGkKmMnNsSwWqQüé", max_size=30)
SIZES = st.from_regex(r"[0-9]{1,4} ?[kKmMgGtTpPeE]i?[bB]?", fullmatch=True)
TIMES = st.from_regex(
    r"([0-9]{1,5} ?(s|sec|min|minutes|h|hours|d|days|w|weeks) ?){1,3}", fullmatch=True
)
MODES = st.integers(0, 7777).map(str) | st.integers(0, 0o7777).map("0{:o}".format)


@pytest.mark.parametrize(
    ("kind", "written", "advice"),
    [
        ("quantity", "8GB", "write `8Gi`"),
        ("quantity", "8 gib", "write `8Gi`"),
        ("quantity", "500k", "write `500Ki`"),
        ("quantity", "lots", ""),
        ("duration", "30 min", "write `30m`"),
        ("duration", "90 minutes", "write `1h30m`"),
        ("duration", "1d", "write `24h`"),
        ("duration", "1 hour 30 seconds", "write `1h30s`"),
        ("duration", "30", "add the unit: `30s`, `30m` or `30h`"),
        ("duration", "3 fortnights", ""),
        ("duration", "-5m", ""),
        ("cidr", "10.0.0.0/33", "a prefix length of IPv4 is a number up to 32"),
        ("cidr", "fd00::/129", "a prefix length of IPv6 is a number up to 128"),
        ("cidr", "10.0.0.0", "add the prefix length, such as `10.0.0.0/16`"),
        ("cidr", "10.0.0/16", ""),
        ("image", "https://quay.io/org/name:1", "write `quay.io/org/name:1`"),
        ("image", "quay.io/Org/Name:1", "write `quay.io/org/name:1`"),
        ("image", "quay.io/org/name@sha256:0f", "a sha256 digest has 64 digits, this one has 2"),
        ("image", "quay.io/org/name:", ""),
        ("name", "GPU_Workers", "write `gpu-workers`"),
        ("name", "${cluster.name}", "references stand for values, never for names"),
        ("name", "🚀", ""),
        ("mode", "644", "write `0644`"),
        ("mode", "420", "write `0644`, the octal form of 420"),
        ("mode", "438", "write `0666`, the octal form of 438"),
        ("mode", "01777", ""),
        ("mode", "rw-r--r--", ""),
        ("mode", "9" * 5000, ""),
        ("decimal_mode", "0644", "write `420`, the decimal form of 0644"),
        ("decimal_mode", "755", "write `493`, the decimal form of 755"),
        ("decimal_mode", "1755", ""),
        ("decimal_mode", "much", ""),
        ("quantity", "1" * 5000 + "GB", ""),
        ("duration", "1" * 5000, ""),
        ("duration", "1" * 5000 + " min", ""),
        ("duration", "9" * 50 + " h", "write `" + "9" * 50 + "h`"),
    ],
)
def test_a_likely_meaning_is_offered(kind: str, written: str, advice: str) -> None:
    assert NEAR_MISSES[kind](written) == advice


@pytest.mark.parametrize("kind", sorted(FORMS))
@given(written=st.one_of(LETTERS, SIZES, TIMES, MODES))
def test_advice_that_names_a_value_names_a_good_one(kind: str, written: str) -> None:
    advice = NEAR_MISSES[kind](written)
    for text in re.findall("^write `([^`]*)`", advice):
        value = int(text) if kind == "decimal_mode" else text
        assert FORMS[kind].validate_python(value) == value


def test_every_form_with_advice_is_tested() -> None:
    assert FORMS.keys() == NEAR_MISSES.keys()
