"""Which addresses an issuer may have."""

from __future__ import annotations

import pytest

from server.rules.issuers import may_call, may_follow, same_host


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


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        ("https://oauth2.googleapis.com/token", True),
        ("https://www.googleapis.com:443/oauth2/v3/certs", True),
        ("https://accounts.google.com/o/oauth2/v2/auth?p=1", True),
        ("http://oauth2.googleapis.com/token", False),
        ("https://oauth2.googleapis.com:8443/token", False),
        ("https://a:b@oauth2.googleapis.com/token", False),
        ("https://oauth2.googleapis.com/token#a", False),
        ("https://169.254.169.254/token", False),
        ("https://[::1]/token", False),
        ("https://2130706433/token", False),
        ("https://0x7f.1/token", False),
        ("https://localhost/token", False),
        ("https://metadata/token", False),
        ("None", False),
    ],
)
def test_an_https_issuer_names_other_hosts_of_the_open_network(
    address: str, followed: bool
) -> None:
    assert may_follow(address, "https://accounts.google.com", frozenset()) is followed
    assert not may_follow(address, "http://127.0.0.1:9", frozenset())


def test_an_operators_list_is_all_there_is() -> None:
    hosts = frozenset({"id.example:8443", "127.0.0.1:9"})
    for address, followed in (
        ("https://id.example:8443/token", True),
        ("https://id.example/token", False),
        ("http://127.0.0.1:9/token", True),
        ("http://id.example:8443/token", False),
        ("https://oauth2.googleapis.com/token", False),
        ("https://accounts.google.com/token", True),
    ):
        assert may_follow(address, "https://accounts.google.com", hosts) is followed, address
