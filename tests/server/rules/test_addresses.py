"""Addresses in buckets are taken apart in one way only."""

import pytest

from server.rules.addresses import Address, parse


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("s3://streets", Address("streets")),
        ("s3://streets/", Address("streets")),
        ("s3://streets/a/b c é/", Address("streets", "a/b c é")),
        ("s3://my.bucket-1/..a/b..", Address("my.bucket-1", "..a/b..")),
    ],
)
def test_an_address_is_a_bucket_and_a_prefix(text: str, address: Address) -> None:
    assert parse(text) == address
    assert parse(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "/streets/a", "s3:/streets/a", "S3://streets/a", "https://streets/a", "s3://", "s3:///a",
        "s3://streets/..", "s3://streets/a/../b", "s3://streets/./a", "s3://streets//a",
        "s3://streets/a//", "s3://streets/a%2f..%2fb", "s3://streets/%2e%2e/b", "s3://streets/a?x",
        "s3://streets/a#x", "s3://streets/a\\..\\b", "s3://streets/a\0", "s3://streets/a\nb",
        "s3://me:secret@streets/a", "s3://streets:9000/a", "s3://STREETS/a", "s3://a..b/a",
        "s3://../streets", "s3://st", "s3://streets/" + "a" * 1000,
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("address", "root", "is_inside"),
    [
        ("s3://streets/a", "s3://streets/a", True),
        ("s3://streets/a/b", "s3://streets/a", True),
        ("s3://streets/a/b", "s3://streets", True),
        ("s3://streets/ab", "s3://streets/a", False),
        ("s3://streets", "s3://streets/a", False),
        ("s3://streets2/a", "s3://streets", False),
        ("s3://other/a", "s3://streets/a", False),
    ],
)
def test_inside_means_whole_segments(address: str, root: str, *, is_inside: bool) -> None:
    inner, outer = parse(address), parse(root)
    assert inner is not None
    assert outer is not None
    assert inner.is_inside(outer) is is_inside
