"""Which addresses an issuer may have."""

from __future__ import annotations

import pytest

from server.rules.issuers import may_call, same_host


@pytest.mark.parametrize(
    "address", ["https://id.example", "https://id.example/realms/a", "http://127.0.0.1:9"]
)
def test_https_and_this_machine_are_called(address: str) -> None:
    assert may_call(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example",
        "ftp://id.example",
        "https://",
        "id.example",
        "https://a:b@id.example",
        "https://id.example?a=1",
        "https://id.example#a",
        "https://id.example:x",
        "http://127.0.0.1.id.example",
    ],
)
def test_nothing_else_is(address: str) -> None:
    assert not may_call(address)


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("https://id.example/token", True),
        ("https://id.example:443/token", True),
        ("http://id.example/token", False),
        ("https://id.example:444/token", False),
        ("https://id.example.evil/token", False),
        ("https://id.example@evil/token", False),
        ("None", False),
    ],
)
def test_only_the_issuers_own_host_is_the_same(address: str, same: bool) -> None:
    assert same_host(address, "https://id.example/realms/a") is same
