"""The settings and the environment that they come from."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.rules.addresses import Address
from server.settings import Settings


def test_a_child_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path,
        import_roots=(tmp_path / "a", tmp_path / "b"),
        job_lease_seconds=1.5,
        broker_url="redis://127.0.0.1:1/0",
    )
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
    assert Settings().database_url is None


def test_import_roots_are_folders_and_buckets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MASKLOOP_IMPORT_ROOTS", "/a:s3://masks/in/:s3://all:/b")
    settings = Settings(data=tmp_path)
    assert settings.import_roots == (Path("/a"), Path("/b"))
    assert settings.import_addresses == (Address("masks", "in"), Address("all"))
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


@pytest.mark.parametrize("roots", ["s3://", "/a:s3://masks/../b", "s3://masks//a"])
def test_a_root_that_is_no_address_is_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, roots: str
) -> None:
    monkeypatch.setenv("MASKLOOP_IMPORT_ROOTS", roots)
    with pytest.raises(ValidationError, match="s3://bucket/prefix"):
        Settings()


def test_a_password_file_completes_the_url(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p@ss/word\n")
    settings = Settings(
        database_url="postgresql+psycopg://maskloop@postgres/maskloop",
        database_password_file=secret,
    )
    assert settings.sql_url == "postgresql+psycopg://maskloop:p%40ss%2Fword@postgres/maskloop"
    assert "p@ss" not in repr(settings)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1"])
def test_a_device_is_named(device: str) -> None:
    assert Settings(device=device).device == device


@pytest.mark.parametrize("device", ["", "gpu", "cuda:", "cuda:x", "cuda:0,1"])
def test_no_other_device_is_taken(device: str) -> None:
    with pytest.raises(ValidationError, match="device"):
        Settings(device=device)


def test_the_usual_names_of_s3_are_read_and_reach_a_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9000")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    settings = Settings(data=tmp_path, blobs_url="s3://masks/a/b/")
    assert (settings.s3_endpoint, settings.s3_access_key_id) == ("http://127.0.0.1:9000", "id")
    assert (settings.bucket, settings.bucket_prefix) == ("masks", "a/b")
    assert "hush" not in repr(settings)
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"blobs_url": "https://masks"}, "s3://bucket/prefix"),
        ({"blobs_url": "s3:///masks"}, "s3://bucket/prefix"),
        ({"blobs_url": "s3://masks", "s3_access_key_id": "id"}, "come together"),
        ({"blobs_url": "s3://masks", "s3_secret_access_key": "hush"}, "come together"),
    ],
)
def test_half_a_bucket_is_refused_at_the_start(given: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        Settings.model_validate(given)
    assert "hush" not in str(refusal.value)


OIDC = {"oidc_issuer": "https://id.example", "oidc_client_id": "id", "oidc_client_secret": "hush"}


def test_an_issuer_is_read_whole_and_its_secret_is_not_told() -> None:
    settings = Settings.model_validate(OIDC)
    assert settings.oidc_secret == "hush"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        *[({name: None}, "come together") for name in OIDC],
        ({"oidc_client_secret_file": "/nowhere"}, "come together"),
        ({"oidc_client_secret": None, "oidc_client_secret_file": "/nowhere"}, "missing or empty"),
        ({"oidc_issuer": "http://id.example"}, "https address"),
    ],
)
def test_half_an_issuer_is_refused_at_the_start(
    change: dict[str, str | None], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refusal:
        Settings.model_validate(OIDC | change)
    assert "hush" not in str(refusal.value)


def test_sign_up_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="come together"):
        Settings(oidc_sign_up=True)
