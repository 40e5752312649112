"""Looking into an upload before it is imported: what it holds, and what its labels may mean."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.folders import write_images, write_masks
from tests.server.api.conftest import Loop, problem
from tests.server.api.test_uploads import send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two images, of which one has a mask, and a document."""
    root = tmp_path / "set"
    write_images(root / "images" / "cam0", ["1.png", "2.jpg"])
    write_masks(root / "labels" / "cam0", ["1"], value=1)
    (root / ".hidden.png").write_bytes(b"")
    (root / "notes.json").write_text("{}")
    return root


def zipped(folder: Path) -> Path:
    made = folder.with_suffix(".zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return made


def tarred(folder: Path, mode: Any = "w:") -> Path:
    made = folder.with_suffix(".tar")
    with tarfile.open(made, mode) as archive:
        archive.add(folder, ".")
    return made


def uploaded(loop: Loop, data: bytes) -> str:
    begun = loop.lead.post(f"{loop.path}/uploads", json={"name": "a", "bytes": len(data)})
    path = f"/uploads/{begun.json()['id']}"
    assert send(loop, path, data, 0).status_code == 204
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_upload_is_looked_into_before_its_import(loop: Loop, folder: Path, pack: Any) -> None:
    path = uploaded(loop, pack(folder).read_bytes())
    content = loop.lead.get(f"{path}/content").json()
    assert content == {
        "folders": [{"path": "images/cam0", "images": 2}, {"path": "labels/cam0", "images": 1}],
        "documents": ["notes.json"],
    }
    given = {"upload_id": path.rpartition("/")[2], "path": "images", "masks_path": "labels"}
    asked = f"{loop.path}/imports/preview"
    found = loop.lead.post(asked, json={**given, "recursive": True}).json()
    assert (found["images"], found["missing"], found["looked_at"]) == (2, 1, 1)
    assert found["labels"] == [{"label": "1", "name": None, "pixels": 24, "class_id": 1}]
    problem(loop.lead.post(asked, json=given), 422, "invalid", "path")
    document = {**given, "recursive": True, "masks_format": "coco"}
    problem(loop.lead.post(asked, json=document), 422, "invalid", "masks_path")


def test_what_cannot_be_looked_into_says_why(loop: Loop, folder: Path) -> None:
    packed = uploaded(loop, tarred(folder, "w:gz").read_bytes())
    answer = loop.lead.get(f"{packed}/content")
    assert "only unpacked by its import" in problem(answer, 409, "conflict", "upload_id")["detail"]
    rubbish = uploaded(loop, b"no archive at all" * 100)
    problem(loop.lead.get(f"{rubbish}/content"), 422, "invalid", "upload_id")
    damaged = zipped(folder).read_bytes()
    cut = uploaded(loop, damaged[:200] + b"\0" * 90 + damaged[290:])
    given = {"upload_id": cut.rpartition("/")[2], "path": ".", "recursive": True}
    given = {**given, "masks_path": "."}
    answer = loop.lead.post(f"{loop.path}/imports/preview", json=given)
    problem(answer, 422, "invalid", "upload_id")
    problem(loop.reviewer.get(f"{packed}/content"), 403, "forbidden")
