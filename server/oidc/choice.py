"""Opens the sign-in that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.settings import Settings

if TYPE_CHECKING:
    from server.oidc.sign_in import SignIn


def open_sign_in(settings: Settings) -> SignIn | None:
    """Return the issuer's sign-in; None: there are links and passwords only."""
    if settings.oidc_issuer is None:
        return None
    # An optional extra: who does not use it does not have its libraries.
    from server.oidc.provider import Provider
    from server.oidc.sign_in import SignIn

    return SignIn(
        Provider(settings.oidc_issuer, hosts=settings.issuer_hosts),
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_secret,
    )
