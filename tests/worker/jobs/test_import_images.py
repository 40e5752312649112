from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.db.models import Group, Image, Mask
from server.services import jobs
from tests.folders import write_images, write_masks
from tests.worker.jobs.importer import Importer, counts
from worker.context import Stopped
from worker.jobs import import_images, import_places


def test_a_folder_pair_becomes_images_with_masks_and_groups(
    importer: Importer, roots: Path
) -> None:
    names = ["cam0_1.png", "cam0_2.jpg", "cam1_1.jpeg", "alone.PNG"]
    folder = write_images(roots / "images", names)
    masks = write_masks(roots / "masks", [Path(name).stem for name in names], value=1)

    result = importer.run(importer.start(folder, masks, pattern="^(cam[0-9])_"))

    assert counts(result) == (4, 0, 0)
    with importer.resources.sessions() as session:
        rows = session.execute(
            select(Image.name, Group.name, Mask.revision)
            .outerjoin(Group, Group.id == Image.group_id)
            .join(Mask, Mask.image_id == Image.id)
            .order_by(Image.name)
        ).all()
        image = session.scalars(select(Image).where(Image.name == "cam0_2")).one()
    assert [tuple(row) for row in rows] == [
        ("alone", None, 1),
        ("cam0_1", "cam0", 1),
        ("cam0_2", "cam0", 1),
        ("cam1_1", "cam1", 1),
    ]
    assert importer.resources.blobs.read(image.sha256) == (folder / "cam0_2.jpg").read_bytes()
    assert (image.media_type, image.width, image.height) == ("image/jpeg", 6, 4)


def test_bad_files_are_refused_whole_with_their_field_and_reason(
    importer: Importer, roots: Path, tmp_path: Path
) -> None:
    names = ["good.png", "no_mask.png", "wrong_size.png", "unknown_class.png", "colour.png"]
    folder = write_images(roots / "images", names)
    (folder / "broken.png").write_bytes((folder / "good.png").read_bytes()[:50])
    (folder / "text.jpg").write_text("not an image")
    secret = write_images(tmp_path / "outside", ["secret.png"]) / "secret.png"
    (folder / "link.png").symlink_to(secret)
    masks = write_masks(roots / "masks", ["good", "broken", "text", "link"])
    write_masks(masks, ["wrong_size"], size=(5, 4))
    write_masks(masks, ["unknown_class"], value=7)
    write_images(masks, ["colour.png"])

    result = importer.run(importer.start(folder, masks))

    assert counts(result) == (1, 0, 7)
    refused = {
        line["name"]: (line["field"], line["reason"])
        for line in result["report"]
        if line["outcome"] == "refused"
    }
    assert {name: field for name, (field, _) in refused.items()} == {
        "broken": "image",
        "text": "image",
        "link": "image",
        "no_mask": "mask",
        "wrong_size": "mask",
        "unknown_class": "mask",
        "colour": "mask",
    }
    assert "5 x 4" in refused["wrong_size"][1]
    assert "7" in refused["unknown_class"][1]
    assert importer.images() == ["good"]


def test_duplicates_are_reported_and_not_imported(importer: Importer, roots: Path) -> None:
    first = write_images(roots / "first", ["a.png", "b.png"])
    assert counts(importer.run(importer.start(first))) == (2, 0, 0)
    second = write_images(roots / "second", ["a.png", "b.png", "c.png"], size=(8, 4))
    (second / "copy_of_a.png").write_bytes((first / "a.png").read_bytes())
    (second / "copy_of_c.png").write_bytes((second / "c.png").read_bytes())

    result = importer.run(importer.start(second))

    assert counts(result) == (1, 4, 0)
    assert importer.images() == ["a", "b", "c"]


def test_an_import_killed_between_any_two_batches_ends_whole_and_reports_truly(
    importer: Importer, roots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_images, "BATCH_FILES", 2)
    names = [f"{number}.png" for number in range(6)]
    job_id = importer.start(write_images(roots / "images", names))

    def die(after: int, real: Callable[..., Any]) -> Callable[..., Any]:
        calls = 0

        def register(*args: Any) -> Any:
            nonlocal calls
            calls += 1
            done = real(*args)
            if calls == after:
                raise KeyboardInterrupt
            return done

        return register

    real = import_images._register
    # The first batch of a later attempt is the one that was registered and not reported yet.
    for after, there in ((1, 2), (2, 4), (2, 6)):
        monkeypatch.setattr(import_images, "_register", die(after, real))
        with pytest.raises(KeyboardInterrupt):
            import_images.run(importer.context(job_id))
        assert len(importer.images()) == there
    monkeypatch.setattr(import_images, "_register", real)
    report = importer.resources.settings.work_folder / str(job_id) / "report.jsonl"
    with report.open("a") as file:
        file.write('{"file": "cut o')

    result = importer.run(job_id)

    assert counts(result) == (6, 0, 0)
    assert len(report.read_text().splitlines()) == 6
    assert len(importer.images()) == 6


def test_a_worker_that_lost_the_job_writes_nothing(importer: Importer, roots: Path) -> None:
    job_id = importer.start(write_images(roots / "images", ["a.png"]))
    zombie = importer.context(job_id)
    importer.context(job_id)
    with pytest.raises(jobs.Fenced):
        import_images.run(zombie)
    assert importer.images() == []


def test_stops_between_files_when_asked(importer: Importer, roots: Path) -> None:
    context = importer.context(importer.start(write_images(roots / "images", ["a.png"])))
    context.stop()
    with pytest.raises(Stopped):
        import_images.run(context)


def test_a_folder_that_is_gone_fails_for_good(importer: Importer, roots: Path) -> None:
    folder = write_images(roots / "images", ["a.png"])
    job_id = importer.start(folder)
    (folder / "a.png").unlink()
    with pytest.raises(import_places.FolderGone):
        importer.run(job_id)
    folder.rmdir()
    with pytest.raises(import_places.FolderGone):
        importer.run(job_id)


def test_a_project_that_is_full_ends_the_import_and_keeps_what_was_there(
    importer: Importer, roots: Path
) -> None:
    folder = write_images(roots / "a", ["1.png"])
    importer.run(importer.start(folder))
    kept = importer.images()
    write_images(folder, ["2.png"])
    settings = importer.resources.settings.model_copy(update={"project_bytes": 1})
    importer.resources = replace(importer.resources, settings=settings)
    with pytest.raises(import_images.NoRoom, match="of the 1 bytes that one may hold"):
        importer.run(importer.start(folder))
    assert importer.images() == kept
