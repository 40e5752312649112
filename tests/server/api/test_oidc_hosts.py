"""An issuer that spreads what it has over several hosts."""

import pytest
from fastapi.testclient import TestClient

from tests.server.api.conftest import Login, problem
from tests.server.api.test_oidc import NAME, sign_in
from tests.server.api.test_oidc import browser as browser
from tests.server.api.test_oidc import issuer as issuer
from tests.server.api.test_oidc import settings as settings
from tests.server.api.test_oidc import sign_up as sign_up
from tests.servers.issuer import Issuer

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def spread(issuer: Issuer) -> None:
    """Have token endpoint and keys at another host of the issuer's, as Google does."""
    other = issuer.url.replace("127.0.0.1", "localhost")
    issuer.document |= {"token_endpoint": f"{other}/token", "jwks_uri": f"{other}/keys"}


@pytest.mark.parametrize("hosts", ["login.example, localhost:{port}"])
def test_an_issuer_of_several_hosts_signs_in_where_they_are_listed(
    browser: TestClient, issuer: Issuer, login: Login, hosts: str
) -> None:
    login(NAME)
    spread(issuer)
    assert sign_in(browser, issuer).json()["user"]["name"] == NAME
    assert issuer.asked[-1] == "/token"


@pytest.mark.parametrize("hosts", ["", "login.example"])
def test_hosts_that_nobody_vouches_for_are_not_asked(
    browser: TestClient, issuer: Issuer, hosts: str
) -> None:
    spread(issuer)
    problem(browser.post("/sessions/oidc/begin"), 503, "unavailable")
    assert issuer.asked == ["/.well-known/openid-configuration"]
