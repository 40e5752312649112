"""The authorization code flow: sends a browser to the issuer, and reads what it comes back with."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, OctKey

from server.oidc.provider import Provider
from server.rules.errors import IdentityRefused, SignInStale
from server.rules.issuers import FLOW_SECONDS
from server.services.identities import Vouched

LEEWAY_SECONDS = 60
"""By how much the issuer's clock may differ."""
ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Signatures by a key that the issuer alone has; never `none`, never a shared secret."""
SCOPE = "openid email profile"
MAX_SUBJECT = 255
_STALE = "This sign-in was not begun in this browser, or too long ago; begin again."
_REFUSED = "What the issuer sent does not hold; begin again."


class SignIn:
    """Signs people in at one issuer."""

    def __init__(
        self,
        provider: Provider,
        *,
        client_id: str,
        client_secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.provider = provider
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        own = hmac.digest(client_secret.encode(), b"maskloop sign-in", hashlib.sha256)
        self._own_key = OctKey.import_key(own)

    def begin(self, redirect_uri: str) -> tuple[str, str]:
        """Return where to send the browser, and a cookie that it must come back with."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = self.provider.address("authorization_endpoint")
        flow = {
            "state": state,
            "nonce": nonce,
            "verifier": verifier,
            "redirect_uri": redirect_uri,
            "exp": int(self._clock()) + FLOW_SECONDS,
        }
        cookie = jwt.encode({"alg": "HS256"}, flow, self._own_key)
        return str(add_params_to_uri(address, list(asked.items()))), cookie

    def finish(self, *, cookie: str | None, state: str, code: str) -> Vouched:
        """Return whom the issuer vouches for.

        Raises:
            SignInStale: The browser has not begun this, or too long ago.
            IdentityRefused: The code or the token does not hold.
            Unavailable: The issuer does not answer.
        """
        flow = self._flow(cookie)
        if not hmac.compare_digest(flow["state"].encode(), state.encode()):
            raise SignInStale(_STALE)
        tokens = self.provider.exchange(
            code,
            verifier=flow["verifier"],
            redirect_uri=flow["redirect_uri"],
            client_id=self._client_id,
            client_secret=self._client_secret,
        )
        return self._vouched(self._checked(tokens, flow["nonce"]))

    def _flow(self, cookie: str | None) -> dict[str, Any]:
        """Read our own cookie; a signature keeps another site of the domain from setting one."""
        try:
            flow = jwt.decode(cookie or "", self._own_key, algorithms=["HS256"]).claims
            expires = {"essential": True}
            jwt.JWTClaimsRegistry(now=int(self._clock()), exp=expires).validate(flow)  # type: ignore[arg-type]
        except (JoseError, ValueError):
            raise SignInStale(_STALE) from None
        return flow

    def _checked(self, tokens: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Return the claims of the ID token after signature, issuer, audience, times and nonce."""
        try:
            token = self._decoded(str(tokens.get("id_token")))
            options = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self._client_id},
            }
            params = {
                "nonce": nonce,
                "client_id": self._client_id,
                "access_token": tokens.get("access_token"),
            }
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(int(self._clock()), LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError):
            raise IdentityRefused(_REFUSED) from None
        return dict(claims)

    def _decoded(self, token: str) -> jwt.Token:
        """Check the signature; a key that is not known may be one that the issuer has new."""
        try:
            keys = KeySet.import_key_set(self.provider.keys())  # type: ignore[arg-type]
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            keys = KeySet.import_key_set(self.provider.keys(again=True))  # type: ignore[arg-type]
            return jwt.decode(token, keys, algorithms=ALGORITHMS)

    def _vouched(self, claims: dict[str, Any]) -> Vouched:
        subject, email, name = (claims.get(each) for each in ("sub", "email", "name"))
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise IdentityRefused(_REFUSED)
        good = isinstance(email, str) and claims.get("email_verified") is True
        return Vouched(
            issuer=self.provider.issuer,
            subject=subject,
            email=str(email) if good else None,
            display_name=name if isinstance(name, str) else None,
        )
