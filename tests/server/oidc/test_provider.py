"""Which hosts of an issuer are called."""

from __future__ import annotations

import json
from typing import Any

import pytest

from server.oidc import provider
from server.rules.errors import Unavailable

DOCUMENT = {
    "issuer": "https://accounts.example",
    "authorization_endpoint": "https://accounts.example/authorize",
    "token_endpoint": "https://oauth2.example/token",
    "jwks_uri": "https://www.example/keys",
}


def test_a_name_that_leads_into_the_own_network_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An https issuer's document names a host whose address is this machine's."""
    ask = provider._ask
    asked: list[tuple[str, bool]] = []

    def answered(method: str, url: str, data: Any, *, inside: bool) -> tuple[int, bytes]:
        asked.append((url, inside))
        if url.startswith("https://accounts.example/"):
            return 200, json.dumps(DOCUMENT).encode()
        return ask(method, url, data, inside=inside)

    def resolved(host: str, port: int, **_: object) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(provider, "_ask", answered)
    monkeypatch.setattr("socket.getaddrinfo", resolved)
    with pytest.raises(Unavailable):
        provider.Provider("https://accounts.example").keys()
    assert asked == [
        ("https://accounts.example/.well-known/openid-configuration", True),
        ("https://www.example/keys", False),
    ]
