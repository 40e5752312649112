"""Asks the configured issuer, and whom it names: its addresses, its keys, and codes for tokens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx2

from server.outbound import Unreachable, pinned
from server.rules.errors import IdentityRefused, Unavailable
from server.rules.issuers import may_follow, same_host

SECONDS = 5
"""For one answer; a person waits."""
MAX_BYTES = 256 * 1024
"""Of one answer: documents, keys and tokens are a few thousand bytes."""
KEPT_SECONDS = 3600
"""How long addresses and keys are kept."""
AGAIN_SECONDS = 60
"""A key that nobody knows has the keys read again, but not more often than this."""
_ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Known:
    """What an issuer publishes."""

    addresses: dict[str, str]
    keys: dict[str, Any]
    read_at: float


class Provider:
    """One issuer; shared by all threads of a process."""

    def __init__(
        self,
        issuer: str,
        *,
        hosts: frozenset[str] = frozenset(),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self._hosts = hosts
        self._clock = clock
        self._lock = Lock()
        self._known: Known | None = None

    def address(self, name: str) -> str:
        """Return where the issuer has what this names."""
        return self._read(KEPT_SECONDS).addresses[name]

    def keys(self, *, again: bool = False) -> dict[str, Any]:
        """Return the set of keys; `again` asks for newer ones where they are not new already."""
        return self._read(AGAIN_SECONDS if again else KEPT_SECONDS).keys

    def exchange(
        self, code: str, *, verifier: str, redirect_uri: str, client_id: str, client_secret: str
    ) -> dict[str, Any]:
        """Return the tokens for a code.

        Raises:
            IdentityRefused: The issuer does not take the code.
            Unavailable: It does not answer, or not as an issuer does.
        """
        given = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "client_secret": client_secret,
        }
        status, answer = self._asked("POST", self.address("token_endpoint"), given)
        if 400 <= status < 500:
            raise IdentityRefused("The issuer does not take this sign-in; begin again.")
        return _good(status, answer)

    def _read(self, age: float) -> Known:
        with self._lock:
            known = self._known
            if known is None or self._clock() - known.read_at >= age:
                known = self._known = self._fetch()
        return known

    def _fetch(self) -> Known:
        place = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        document = _good(*self._asked("GET", place))
        if document.get("issuer") != self.issuer:
            raise Unavailable("The issuer's document names another issuer.")
        addresses = {name: str(document.get(name)) for name in _ADDRESSES}
        for name, address in addresses.items():
            if not may_follow(address, self.issuer, self._hosts):
                raise Unavailable(f"The issuer's {name} lies at a host that is not the issuer's.")
        keys = _good(*self._asked("GET", addresses["jwks_uri"]))
        return Known(addresses, keys, self._clock())

    def _asked(
        self, method: str, url: str, data: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Only the hosts that an operator named may lie inside the own network."""
        inside = same_host(url, self.issuer) or urlsplit(url).netloc in self._hosts
        return _ask(method, url, data, inside=inside)


def _ask(method: str, url: str, data: dict[str, str] | None, *, inside: bool) -> tuple[int, bytes]:
    """Return status and body; no redirect, no proxy of the environment, no endless answer."""
    body = b""
    try:
        to = pinned(url, inside=inside, allowed_by="MASKLOOP_OIDC_HOSTS")
        headers = {"Accept": "application/json", **to.headers}
        with (
            httpx2.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                method, to.url, data=data, headers=headers, extensions=to.extensions
            ) as answer,
        ):
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MAX_BYTES:
                    raise Unavailable(f"The issuer's answer is longer than {MAX_BYTES} bytes.")
            return answer.status_code, body
    except (Unreachable, httpx2.HTTPError, httpx2.InvalidURL):
        raise Unavailable("The issuer cannot be reached; try again.") from None


def _good(status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body) if status == 200 else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unavailable("The issuer does not answer as an issuer does; try again.")
    return answer
