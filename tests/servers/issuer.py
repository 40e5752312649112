"""A small OpenID Connect issuer on this machine: documents, keys and codes over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "maskloop"
SECRET = "a secret of the issuer and of Maskloop"


@cache
def new_key(kid: str, number: int = 0) -> RSAKey:
    """Return a key, the same for the same name and number: to make one takes long."""
    return RSAKey.generate_key(2048, {"kid": kid})


class Issuer:
    """What the issuer says next may be changed: claims, the key that signs, its document."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = new_key("one")
        self.public = self.key.as_dict(private=False)
        self.claims: dict[str, Any] = {"sub": "s-1", "email": "Mara@example.org"}
        self.claims["email_verified"] = True
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.document: dict[str, Any] = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/keys",
        }
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}

    def approve(self, address: str) -> dict[str, str]:
        """Do what a person does at this address; return what the browser goes back with."""
        assert address.startswith(f"{self.url}/authorize?"), address
        query = {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        assert (query["response_type"], query["client_id"]) == ("code", CLIENT)
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        return {"code": code, "state": query["state"]}

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer one request."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, self.document
        if path == "/keys":
            return 200, {"keys": [self.public]}
        flow = self._codes.pop(given.get("code", ""), None)
        if path != "/token" or flow is None or not _proven(flow, given):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self._token(flow)}

    def _token(self, flow: dict[str, str]) -> str:
        usual = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": flow["nonce"],
        }
        told = {name: value for name, value in (usual | self.claims).items() if value is not None}
        return jwt.encode(self.header, told, self.key, algorithms=[self.header["alg"]])


def _proven(flow: dict[str, str], given: dict[str, str]) -> bool:
    digest = hashlib.sha256(given["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        challenge == flow["code_challenge"]
        and given["redirect_uri"] == flow["redirect_uri"]
        and (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
    )


@contextmanager
def issuer_server(host: str = "127.0.0.1") -> Iterator[Issuer]:
    """Give an issuer that listens on the loopback; `localhost` is another site to browsers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/authorize?"):
                self._send_back()
            else:
                self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._answer({name: value for name, [value] in parse_qs(body).items()})

        def _send_back(self) -> None:
            """Approve at once: a person who is signed in at the issuer already."""
            address = f"{issuer.url}{self.path}"
            [target] = parse_qs(urlsplit(address).query)["redirect_uri"]
            self.send_response(302)
            self.send_header("Location", f"{target}?{urlencode(issuer.approve(address))}")
            self.end_headers()

        def _answer(self, given: dict[str, str]) -> None:
            status, answer = issuer.answer(self.path, given)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://{host}:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
