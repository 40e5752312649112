"""Tiny trees of the published data sets' true layouts, imported by the job's own handler."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from server import codecs
from server.db.models import DomainRow, Group, Image, Mask
from server.rules.errors import Invalid
from server.rules.images import Domain, Split
from server.rules.jobs import JobKind, JobTimes
from server.services import classes, imports, jobs
from server.services.imports import Source
from server.settings import Settings
from server.storage.local import LocalBlobs
from tests.folders import write_images
from tests.rows import new_project
from tests.server.formats.test_rasters import rgb16
from tests.servers.queue import RecordingQueue
from worker.context import JobContext, JobFacts, Resources
from worker.jobs import import_images

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Terrain (9) is not among them: SYNTHIA has none.
CLASSES = [
    {"id": number, "name": name, "colour": f"#0000{number:02x}"}
    for number, name in ((0, "road"), (10, "sky"), (11, "person"), (13, "car"), (17, "motorcycle"))
]


class Project:
    """A project whose imports run here."""

    def __init__(
        self, settings: Settings, sessions: sessionmaker[Session], blobs: LocalBlobs
    ) -> None:
        self.resources = Resources(settings, sessions, blobs, RecordingQueue())
        with sessions.begin() as session:
            project = new_project(session)
            session.add_all(DomainRow(project_id=project.id, kind=kind) for kind in Domain)
            classes.put(session, project.id, CLASSES)
        self.id = project.id

    def bring(self, root: Path, layout: str, domain: Domain, split: Split) -> dict[str, Any]:
        resources = self.resources
        with resources.sessions.begin() as session:
            job_id = imports.start(
                session,
                self.id,
                imports.laid_out(session, self.id, Source(str(root)), layout=layout, split=split),
                domain=domain,
                split=split,
                roots=resources.settings.import_roots,
                actor_id=None,
            ).id
        with resources.sessions.begin() as session:
            job = jobs.claim(session, job_id, owner="test", times=JobTimes())
            assert job is not None
            facts = JobFacts(
                job.id, JobKind.IMPORT, job.project_id, None, 0, job.params, job.fence, job.attempt
            )
        folder = resources.settings.work_folder / str(job_id)
        folder.mkdir(parents=True)
        record = import_images.run(JobContext(facts, resources, folder))
        with resources.sessions.begin() as session:
            return record(session)

    def found(self) -> list[tuple[str, str | None, list[list[int]] | None]]:
        """Every image's name, group and label map."""
        statement = (
            select(Image.name, Group.name, Mask.sha256)
            .outerjoin(Group, Group.id == Image.group_id)
            .outerjoin(Mask, Mask.image_id == Image.id)
            .order_by(Image.name)
        )
        with self.resources.sessions() as session:
            rows = session.execute(statement).all()
        read = self.resources.blobs.read
        return [
            (name, group, codecs.decode_png_labels(read(sha)).tolist() if sha else None)
            for name, group, sha in rows
        ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "imports"
    folder.mkdir()
    return folder


@pytest.fixture
def project(
    database_url: str,
    tmp_path: Path,
    root: Path,
    sessions: sessionmaker[Session],
    blobs: LocalBlobs,
) -> Project:
    settings = Settings(data=tmp_path / "data", database_url=database_url, import_roots=(root,))
    return Project(settings, sessions, blobs)


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def ids(path: Path, values: list[list[int]], *, palette: bool = False) -> None:
    image = Picture.fromarray(np.array(values, np.uint8))
    if palette:  # Cityscapes' colours, whose luminances are other classes' ids
        image.putpalette([16, 16, 16] * 256)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def test_gtav_is_read_by_index_and_its_other_classes_are_void(project: Project, root: Path) -> None:
    write_images(root / "images", ["00001.png", "00002.png"], size=(2, 2))
    ids(root / "labels/00001.png", [[7, 26], [22, 0]], palette=True)  # road car terrain unlabelled
    ids(
        root / "labels/00002.png", [[23, 24], [34, 32]], palette=True
    )  # sky person plate motorcycle

    result = project.bring(root, "gtav", Domain.SOURCE, Split.TRAIN)

    assert result["accepted"] == 2
    assert project.found() == [
        ("00001", None, [[0, 13], [255, 255]]),
        ("00002", None, [[10, 11], [255, 17]]),
    ]


def test_synthias_16_bit_maps_are_read_by_class(project: Project, root: Path) -> None:
    write_images(root / "RGB", ["0000000.png", "0000001.png"], size=(2, 2))
    published = rgb16(
        [[(3, 900, 0), (8, 1, 0)], [(1, 0, 0), (12, 70, 0)]]
    )  # road car sky motorcycle
    put(root / "GT/LABELS/0000000.png", published)

    result = project.bring(root, "synthia", Domain.SOURCE, Split.TRAIN)

    assert (result["accepted"], result["refused"]) == (1, 1)  # the second has no label map
    assert project.found() == [("0000000", None, [[0, 13], [10, 17]])]


class TestCityscapes:
    @pytest.fixture
    def cities(self, root: Path) -> Path:
        for part, city in (("train", "aachen"), ("train", "ulm"), ("val", "lindau")):
            name = f"{city}_000000_000019"
            folder = root / "leftImg8bit" / part / city
            write_images(folder, [f"{name}_leftImg8bit.png"], size=(2, 1))
            for kind in ("labelIds", "instanceIds", "color"):
                ids(root / "gtFine" / part / city / f"{name}_gtFine_{kind}.png", [[7, 26]])
        (root / "leftImg8bit/train/aachen/notes.txt").write_text("no image")
        return root

    def test_the_pool_takes_train_by_city_and_leaves_the_masks(
        self, project: Project, cities: Path
    ) -> None:
        project.bring(cities, "cityscapes", Domain.TARGET, Split.POOL)

        assert project.found() == [
            ("aachen_000000_000019_leftImg8bit", "aachen", None),
            ("ulm_000000_000019_leftImg8bit", "ulm", None),
        ]

    def test_the_test_images_are_those_of_val_with_their_masks(
        self, project: Project, cities: Path
    ) -> None:
        project.bring(cities, "cityscapes", Domain.TARGET, Split.TEST)

        assert project.found() == [("lindau_000000_000019_leftImg8bit", "lindau", [[0, 13]])]

    def test_a_city_that_is_a_link_to_elsewhere_is_not_followed(
        self, project: Project, cities: Path, tmp_path: Path
    ) -> None:
        outside = write_images(tmp_path / "other", ["x_000000_000000_leftImg8bit.png"], size=(2, 1))
        (cities / "leftImg8bit/train/x").symlink_to(outside)

        assert project.bring(cities, "cityscapes", Domain.TARGET, Split.POOL)["accepted"] == 2


@pytest.mark.parametrize(
    ("layout", "masks", "field"), [("kitti", None, "layout"), ("gtav", "labels", "masks_path")]
)
def test_an_unknown_layout_and_masks_beside_one_are_refused(
    project: Project, root: Path, layout: str, masks: str | None, field: str
) -> None:
    write_images(root / "images", ["1.png"])
    source = Source(str(root), masks_path=masks)
    with project.resources.sessions() as session, pytest.raises(Invalid) as refused:
        imports.laid_out(session, project.id, source, layout=layout, split=Split.TRAIN)
    assert refused.value.fields[0].name == field


def test_a_tree_of_another_layout_has_no_such_folder(project: Project, root: Path) -> None:
    write_images(root / "RGB", ["1.png"])

    with pytest.raises(Invalid, match="not a folder that imports may read"):
        project.bring(root, "gtav", Domain.SOURCE, Split.TRAIN)
