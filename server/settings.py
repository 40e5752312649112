"""All that is read from the environment, read once."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url

from server.rules.addresses import Address, is_address, parse
from server.rules.issuers import may_call
from server.rules.items import LeaseTimes
from server.rules.jobs import JobTimes


def _named_as(field: str, *usual: str, default: str | None = None) -> Any:
    """A field that is also read from the names which other tools have for it."""
    names = AliasChoices(f"MASKLOOP_{field.upper()}", *usual)
    return Field(default=default, validation_alias=names, repr="secret" not in field)


class Settings(BaseSettings):
    """Every field may be set as `MASKLOOP_<FIELD>`; defaults are the embedded mode."""

    model_config = SettingsConfigDict(
        env_prefix="MASKLOOP_",
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    data: Path = Path("maskloop-data")
    """Folder of the embedded mode: database, blobs, broker socket, lock."""
    database_url: str | None = None
    """PostgreSQL in production (`postgresql+psycopg://...`); unset: SQLite in `data`."""
    database_password_file: Path | None = None
    """A file with the password that `database_url` leaves out: a container's secret."""
    blobs_url: str | None = None
    """A bucket of an S3-compatible service (`s3://bucket/prefix`); unset: a folder in `data`."""
    s3_endpoint: str | None = _named_as("s3_endpoint", "AWS_ENDPOINT_URL")
    """The service's address, where it is not Amazon's."""
    s3_region: str = _named_as("s3_region", "AWS_REGION", "AWS_DEFAULT_REGION", default="us-east-1")
    s3_access_key_id: str | None = _named_as("s3_access_key_id", "AWS_ACCESS_KEY_ID")
    s3_secret_access_key: str | None = _named_as("s3_secret_access_key", "AWS_SECRET_ACCESS_KEY")
    broker_url: str | None = None
    """Redis or Valkey in production; unset: a private server started by `maskloop up`."""
    host: str = "127.0.0.1"
    port: int = 8000
    metrics_port: int | None = None
    """A private port that tells Prometheus the figures without a token; unset: only `/metrics`."""
    metrics_host: str = "127.0.0.1"
    """Where the private port listens: never an address that strangers reach."""
    import_roots: Annotated[tuple[Path, ...], NoDecode] = ()
    """What imports may read from, separated by the path separator (`:`): folders, and prefixes of
    buckets (`s3://bucket/prefix`), which are kept in `import_addresses`."""
    import_addresses: tuple[Address, ...] = ()
    oidc_issuer: str | None = None
    """Who signs people in besides links and passwords: an OpenID Connect issuer's address."""
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = Field(default=None, repr=False)
    oidc_client_secret_file: Path | None = None
    """A file with the secret, in its place: a container's secret."""
    oidc_hosts: str = ""
    """Other hosts of the issuer, `host` or `host:port` between commas; then no others are asked.
    Unset: those that an https issuer's own document names, outside of the own network."""
    oidc_sign_up: bool = False
    """Whether whoever the issuer knows by a verified address may come in; else only who is here."""
    webhooks_inside: bool = False
    """Whether webhooks may call addresses of the own network."""
    requests_per_minute: int = Field(default=6000, ge=0)
    """What one person may send, all their tokens together; 0: any number."""
    submissions_per_minute: int = Field(default=60, ge=0)
    """Masks that one person may submit; 0: any number."""
    imports_per_hour: int = Field(default=60, ge=0)
    """Imports that one person may begin; 0: any number."""
    jobs_at_once: int = Field(default=8, ge=0)
    """Imports, exports and other jobs of one person that may wait or run; 0: any number."""
    project_bytes: int = Field(default=500 * 2**30, ge=0)
    """What one project's images and uploads may take; 0: any number."""
    threads: int = Field(default=0, ge=0)
    """Torch threads of a training process; 0: the machine's cores minus one."""
    device: str = Field(default="auto", pattern=r"^(auto|cpu|cuda(:\d{1,3})?)$")
    """Where networks run: `auto` is a GPU where there is one; `cuda:1` is the second one."""
    training_processes: int = Field(default=0, ge=0, le=64)
    """Processes that train one model together; 0: one for each GPU, on a CPU one."""
    max_body_bytes: int = 64 * 2**20

    lease_seconds: int = 600
    lease_silent_seconds: int = 120
    job_lease_seconds: float = 60
    job_heartbeat_seconds: float = 10
    job_resend_seconds: float = 30
    job_backoff_seconds: float = 10
    job_grace_seconds: float = 20
    tick_seconds: float = 5
    checkpoint_seconds: float = 60

    @model_validator(mode="before")
    @classmethod
    def _split_roots(cls, values: dict[str, Any]) -> dict[str, Any]:
        roots = values.get("import_roots")
        if not isinstance(roots, str):
            return values
        parts = [part for part in re.split(f"{os.pathsep}(?!//)", roots) if part]
        addresses = [parse(part) for part in parts if is_address(part)]
        if None in addresses:
            raise ValueError("Buckets of MASKLOOP_IMPORT_ROOTS have the form s3://bucket/prefix.")
        folders = tuple(Path(part) for part in parts if not is_address(part))
        return {**values, "import_roots": folders, "import_addresses": tuple(addresses)}

    @model_validator(mode="after")
    def _refuse_half_a_bucket(self) -> Self:
        if self.blobs_url is None and not self.import_addresses:
            return self
        if self.blobs_url and (urlsplit(self.blobs_url).scheme != "s3" or not self.bucket):
            raise ValueError("MASKLOOP_BLOBS_URL has the form s3://bucket/prefix.")
        if (self.s3_access_key_id is None) != (self.s3_secret_access_key is None):
            raise ValueError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY come together.")
        if find_spec("obstore") is None:
            raise ValueError("Buckets need the extra: pip install 'maskloop[s3]'.")
        return self

    @model_validator(mode="after")
    def _refuse_half_an_issuer(self) -> Self:
        secrets = (self.oidc_client_secret, self.oidc_client_secret_file)
        given = [each for each in secrets if each]
        if not any((self.oidc_issuer, self.oidc_client_id, given, self.oidc_sign_up)):
            return self
        if not (self.oidc_issuer and self.oidc_client_id and len(given) == 1):
            raise ValueError(
                "MASKLOOP_OIDC_ISSUER, MASKLOOP_OIDC_CLIENT_ID and one of"
                " MASKLOOP_OIDC_CLIENT_SECRET and MASKLOOP_OIDC_CLIENT_SECRET_FILE come together."
            )
        if not may_call(self.oidc_issuer):
            raise ValueError("MASKLOOP_OIDC_ISSUER is an https address without query or password.")
        if not self.oidc_secret:
            raise ValueError("The file of MASKLOOP_OIDC_CLIENT_SECRET_FILE is missing or empty.")
        if find_spec("authlib") is None:
            raise ValueError("MASKLOOP_OIDC_ISSUER needs the extra: pip install 'maskloop[oidc]'.")
        return self

    @property
    def oidc_secret(self) -> str:
        """What shows the issuer that Maskloop asks; empty: there is none."""
        path = self.oidc_client_secret_file
        if path is None:
            return self.oidc_client_secret or ""
        return path.read_text().strip() if path.is_file() else ""

    @property
    def issuer_hosts(self) -> frozenset[str]:
        """The hosts of `oidc_hosts`."""
        return frozenset(filter(None, (host.strip() for host in self.oidc_hosts.split(","))))

    @property
    def bucket(self) -> str:
        """The bucket of `blobs_url`."""
        return urlsplit(self.blobs_url or "").netloc

    @property
    def bucket_prefix(self) -> str | None:
        """What all names in the bucket begin with."""
        return urlsplit(self.blobs_url or "").path.strip("/") or None

    @property
    def sql_url(self) -> str:
        """The SQLAlchemy URL of the one database."""
        if self.database_url is None:
            return f"sqlite:///{(self.data / 'maskloop.sqlite3').resolve()}"
        if self.database_password_file is None:
            return self.database_url
        password = self.database_password_file.read_text().strip()
        return (
            make_url(self.database_url).set(password=password).render_as_string(hide_password=False)
        )

    @property
    def blob_folder(self) -> Path:
        """Where the local blob store keeps its files."""
        return self.data.resolve() / "blobs"

    @property
    def upload_folder(self) -> Path:
        """Where uploads arrive."""
        return self.data.resolve() / "uploads"

    @property
    def work_folder(self) -> Path:
        """Where running jobs keep what they can resume from."""
        return self.data.resolve() / "work"

    @property
    def job_times(self) -> JobTimes:
        """The times of the job engine."""
        return JobTimes(
            lease=self.job_lease_seconds,
            heartbeat=self.job_heartbeat_seconds,
            tick=self.tick_seconds,
            resend=self.job_resend_seconds,
            backoff=self.job_backoff_seconds,
            grace=self.job_grace_seconds,
        )

    @property
    def lease_times(self) -> LeaseTimes:
        """The times of people's leases on items."""
        return LeaseTimes(length=self.lease_seconds, silent=self.lease_silent_seconds)

    def as_environment(self) -> dict[str, str]:
        """Return the variables from which a child process reads these very settings."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        values["data"] = self.data.resolve()
        roots = (*self.import_roots, *values.pop("import_addresses"))
        values["import_roots"] = os.pathsep.join(map(str, roots))
        return {
            f"MASKLOOP_{name.upper()}": str(value)
            for name, value in values.items()
            if value is not None
        }
