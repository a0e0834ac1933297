"""Compression that does not depend on who compresses."""

import gzip
from hashlib import sha256, shake_128

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.payloads.node_config.deflate import gzipped

TEXT = b"".join(b"option_%d = value of option %d\n" % (n, n % 7) for n in range(2000))


def noise(size: int) -> bytes:
    """Bytes in which nothing is repeated."""
    return shake_128(b"noise").digest(size)


@given(st.binary(max_size=2000) | st.text("ab \n", max_size=2000).map(str.encode))
def test_any_reader_reads_back_what_went_in(content: bytes) -> None:
    assert gzip.decompress(gzipped(content)) == content


@pytest.mark.parametrize(
    "content",
    [
        b"a" * 100_000,  # the longest repetitions
        noise(40_000),  # none at all
        bytes(range(256)) * 200,  # every literal
        b"begin" + noise(33_000) + b"begin",  # beyond the window
        TEXT,
    ],
)
def test_large_contents_too(content: bytes) -> None:
    assert gzip.decompress(gzipped(content)) == content


def test_texts_become_smaller() -> None:
    assert len(gzipped(TEXT)) < len(TEXT) / 4


def test_the_bytes_are_those_that_were_written_before() -> None:
    """Other bytes would roll every node that has a compressed file."""
    assert gzipped(b"").hex() == "1f8b08000000000000ff03000000000000000000"
    assert (
        sha256(gzipped(TEXT)).hexdigest()
        == "6062c6e9a359f8fde78328352763c40bd200a201f9b627b77d985e0b2a500bf4"
    )
