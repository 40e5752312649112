"""Opens the stores that the settings name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from server.settings import Settings
from server.storage.base import BlobStore
from server.storage.buckets import Buckets
from server.storage.local import LocalBlobs

if TYPE_CHECKING:
    from obstore.store import RetryConfig, S3Store


def open_blobs(settings: Settings) -> BlobStore:
    """Return the local folder's store, or the bucket's."""
    if settings.blobs_url is None:
        return LocalBlobs(settings.blob_folder)
    from server.storage.s3 import S3Blobs

    store = _bucket(settings, settings.bucket, prefix=settings.bucket_prefix)
    return S3Blobs(store, cache=LocalBlobs(settings.data.resolve() / "blob-cache"))


def open_buckets(settings: Settings) -> Buckets:
    """Return the buckets that imports may read from; they answer a person, so they give up soon."""
    retries: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=20)}
    return Buckets(
        settings.import_addresses, lambda bucket: _bucket(settings, bucket, retries=retries)
    )


def _bucket(
    settings: Settings,
    bucket: str,
    *,
    prefix: str | None = None,
    retries: RetryConfig | None = None,
) -> S3Store:
    from obstore.store import S3Store

    return S3Store(
        bucket,
        prefix=prefix,
        region=settings.s3_region,
        endpoint=settings.s3_endpoint,
        access_key_id=settings.s3_access_key_id,
        secret_access_key=settings.s3_secret_access_key,
        client_options={"allow_http": (settings.s3_endpoint or "").startswith("http://")},
        retry_config=retries,
    )
