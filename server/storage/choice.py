"""Opens the blob store that the settings name."""

from __future__ import annotations

from server.settings import Settings
from server.storage.base import BlobStore
from server.storage.local import LocalBlobs


def open_blobs(settings: Settings) -> BlobStore:
    """Return the local folder's store, or the bucket's."""
    if settings.blobs_url is None:
        return LocalBlobs(settings.blob_folder)
    from obstore.store import S3Store

    from server.storage.s3 import S3Blobs

    store = S3Store(
        settings.bucket,
        prefix=settings.bucket_prefix,
        region=settings.s3_region,
        endpoint=settings.s3_endpoint,
        access_key_id=settings.s3_access_key_id,
        secret_access_key=settings.s3_secret_access_key,
        client_options={"allow_http": (settings.s3_endpoint or "").startswith("http://")},
    )
    return S3Blobs(store, cache=LocalBlobs(settings.data.resolve() / "blob-cache"))
