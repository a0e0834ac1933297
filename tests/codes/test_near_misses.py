"""What somebody is advised who wrote a value of the wrong form."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hcpc.spec.near_misses import NEAR_MISSES
from hcpc.spec.types import Cidr, DnsLabel, Duration, Image, Quantity

FORMS: dict[str, TypeAdapter[str]] = {
    "cidr": TypeAdapter(Cidr),
    "duration": TypeAdapter(Duration),
    "image": TypeAdapter(Image),
    "name": TypeAdapter(DnsLabel),
    "quantity": TypeAdapter(Quantity),
}
LETTERS = st.text("0123456789.:/@-_ aAbBdDhHiIgGkKmMnNsSwWqQüé", max_size=30)
SIZES = st.from_regex(r"[0-9]{1,4} ?[kKmMgGtTpPeE]i?[bB]?", fullmatch=True)
TIMES = st.from_regex(
    r"([0-9]{1,5} ?(s|sec|min|minutes|h|hours|d|days|w|weeks) ?){1,3}", fullmatch=True
)


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
    ],
)
def test_a_likely_meaning_is_offered(kind: str, written: str, advice: str) -> None:
    assert NEAR_MISSES[kind](written) == advice


@pytest.mark.parametrize("kind", sorted(FORMS))
@given(written=st.one_of(LETTERS, SIZES, TIMES))
def test_advice_that_names_a_value_names_a_good_one(kind: str, written: str) -> None:
    advice = NEAR_MISSES[kind](written)
    for value in re.findall(r"^write `(.*)`$", advice):
        assert FORMS[kind].validate_python(value) == value


def test_every_form_with_advice_is_tested() -> None:
    assert FORMS.keys() == NEAR_MISSES.keys()
