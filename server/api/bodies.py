"""Raw bodies in and bytes out: images and label maps, never multipart."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from server import codecs
from server.codecs import IMAGE_TYPES, LABELS_TYPE, PNG_TYPE, Labels
from server.decoder import door
from server.rules.errors import Invalid, TooLarge, UnsupportedMedia
from server.rules.images import MAX_IMAGE_BYTES, MAX_MASK_BYTES

# What people uploaded is never rendered as a page of ours, whatever it claims to be.
SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
_IMAGE_TYPES = frozenset(IMAGE_TYPES.values())


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _digest(
    content_digest: Annotated[str | None, Header(max_length=200)] = None,
) -> bytes | None:
    """Return the SHA-256 of RFC 9530's `sha-256=:...:`."""
    if content_digest is None:
        return None
    name, _, value = content_digest.strip().partition("=")
    try:
        digest = base64.b64decode(value.strip(":"), validate=True)
    except (ValueError, binascii.Error):
        digest = b""
    if name != "sha-256" or not value.startswith(":") or len(digest) != 32:
        raise Invalid("Write sha-256=:BASE64:.", field="Content-Digest")
    return digest


ContentDigest = Annotated[bytes | None, Depends(_digest)]
"""What the body's bytes were when they left, if the sender says so."""


async def _read(request: Request, limit: int, digest: bytes | None) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"The body is longer than {limit} bytes.")
    if digest is not None and hashlib.sha256(body).digest() != digest:
        raise Invalid("The body is not what was sent: send it again.", field="Content-Digest")
    return bytes(body)


async def _image(request: Request, digest: ContentDigest) -> bytes:
    if _media_type(request) not in _IMAGE_TYPES:
        raise UnsupportedMedia(f"Send {', '.join(sorted(_IMAGE_TYPES))}.", field="image")
    return await _read(request, MAX_IMAGE_BYTES, digest)


async def _mask(request: Request, digest: ContentDigest) -> tuple[str, bytes]:
    kind = _media_type(request)
    if kind not in (PNG_TYPE, LABELS_TYPE):
        raise UnsupportedMedia(f"Send {PNG_TYPE} or {LABELS_TYPE}.", field="mask")
    return kind, await _read(request, MAX_MASK_BYTES, digest)


ImageBody = Annotated[bytes, Depends(_image)]
MaskBody = Annotated[tuple[str, bytes], Depends(_mask)]


def decode(body: tuple[str, bytes]) -> Labels:
    """Return the label map of a mask body."""
    kind, data = body
    return door.run_lengths(data) if kind == LABELS_TYPE else door.png_labels(data)


def image_answer(request: Request, data: bytes, *, media_type: str, tag: str) -> Response:
    """Return image bytes, which never change under their address."""
    headers = {
        **SANDBOX,
        "ETag": f'"{tag}"',
        "Cache-Control": "private, max-age=31536000, immutable",
    }
    if request.headers.get("if-none-match") == f'"{tag}"':
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=media_type, headers=headers)


def mask_answer(request: Request, png: bytes, *, tag: object) -> Response:
    """Return a stored mask in the form that was asked for: index PNG unless `Accept` says."""
    headers = {
        **SANDBOX,
        "ETag": f'"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Accept",
    }
    if request.headers.get("if-none-match") == f'"{tag}"':
        return Response(status_code=304, headers=headers)
    if LABELS_TYPE in request.headers.get("accept", ""):
        encoded = codecs.encode_labels(codecs.decode_png_labels(png))
        return Response(encoded, media_type=LABELS_TYPE, headers=headers)
    return Response(png, media_type=PNG_TYPE, headers=headers)


def thumbnail_answer(request: Request, png: bytes, *, tag: str) -> Response:
    """Return a small mask; it changes with the mask and the classes' colours, so one asks again."""
    headers = {**SANDBOX, "ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == f'"{tag}"':
        return Response(status_code=304, headers=headers)
    return Response(png, media_type=PNG_TYPE, headers=headers)


RAW_MASK = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in
                    (PNG_TYPE, LABELS_TYPE)},
    }
}  # fmt: skip
RAW_IMAGE = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in
                    sorted(_IMAGE_TYPES)},
    }
}  # fmt: skip
