"""Uploads: files that arrive piece by piece, and go on where they were broken off.

The file itself says how much has arrived, so there is no second truth that a crash could leave
behind it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from server.db.engine import now
from server.db.models import Upload
from server.rules.errors import Conflict, Invalid, NotFound, TooLarge

MAX_BYTES = 10 * 2**30
"""The largest archive that may be sent."""


class WrongOffset(Conflict):
    """The piece does not begin where the upload ends."""

    def __init__(self, *, offset: int) -> None:
        super().__init__(f"{offset} bytes have arrived; go on there.", field="Upload-Offset")
        self.extra["offset"] = offset


def create(
    session: Session, project_id: UUID, *, name: str, size: int, actor_id: UUID, folder: Path
) -> Upload:
    """Begin an upload of `size` bytes."""
    if size > MAX_BYTES:
        raise TooLarge(f"{size} bytes; an upload has at most {MAX_BYTES}.", field="bytes")
    upload = Upload(
        project_id=project_id,
        name=name,
        bytes=size,
        created_by=actor_id,
        created_at=now(session),
    )
    session.add(upload)
    session.flush()
    folder.mkdir(parents=True, exist_ok=True)
    path_of(folder, upload.id).touch()
    return upload


def get(session: Session, upload_id: UUID) -> Upload:
    """Return the upload, or raise `NotFound`."""
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise NotFound
    return upload


def delete(session: Session, upload_id: UUID, *, folder: Path) -> None:
    """Forget the upload and its bytes."""
    session.delete(get(session, upload_id))
    session.flush()
    path_of(folder, upload_id).unlink(missing_ok=True)


def path_of(folder: Path, upload_id: UUID) -> Path:
    """Return the file that holds what has arrived."""
    return folder / str(upload_id)


def offset_of(folder: Path, upload_id: UUID) -> int:
    """Return how many bytes have arrived."""
    try:
        return path_of(folder, upload_id).stat().st_size
    except FileNotFoundError:
        raise NotFound from None


def whole(session: Session, project_id: UUID, upload_id: UUID, *, folder: Path) -> Path:
    """Return the file of a finished upload of this project, or refuse."""
    # Locked, so that it is not swept away before the job that reads it is there.
    upload = session.get(Upload, upload_id, with_for_update={"read": True})
    if upload is None or upload.project_id != project_id:
        raise Invalid("The project has no such upload.", field="upload_id")
    arrived = offset_of(folder, upload_id)
    if arrived != upload.bytes:
        raise Conflict(f"{arrived} of {upload.bytes} bytes have arrived.", field="upload_id")
    return path_of(folder, upload_id)


class Piece:
    """One piece being appended; bytes that break its promise are taken back."""

    def __init__(self, file: BinaryIO, *, offset: int, size: int) -> None:
        self._file, self._offset, self._size = file, offset, size
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Append; what goes past the upload's length is refused."""
        if self._file.tell() + len(data) > self._size:
            raise TooLarge(f"The upload has {self._size} bytes; this piece goes past them.")
        self._digest.update(data)
        self._file.write(data)

    def finish(self, *, sha256: bytes | None) -> int:
        """Make what arrived durable; return where the next piece begins."""
        if sha256 is not None and self._digest.digest() != sha256:
            raise Invalid("These are not the bytes of the digest.", field="Content-Digest")
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def take_back(self) -> None:
        """Forget the piece."""
        self._file.flush()
        self._file.truncate(self._offset)


@contextmanager
def appending(folder: Path, upload_id: UUID, *, offset: int, size: int) -> Iterator[Piece]:
    """Give the place to write one piece at; two pieces never interleave.

    Raises:
        NotFound: The upload was deleted meanwhile.
        WrongOffset: The upload ends elsewhere.
        Conflict: Another piece is being written.
    """
    offset_of(folder, upload_id)
    with path_of(folder, upload_id).open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("Another piece of this upload is arriving.") from None
        if not os.fstat(file.fileno()).st_nlink:
            raise NotFound  # swept away since it was opened
        arrived = file.seek(0, os.SEEK_END)
        if arrived != offset:
            raise WrongOffset(offset=arrived)
        yield Piece(file, offset=offset, size=size)
