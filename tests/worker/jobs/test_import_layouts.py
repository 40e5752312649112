"""Tiny trees of the published data sets' true layouts, imported by the job's own handler."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from server.rules.errors import Invalid
from server.rules.images import Domain, Split
from server.services import imports
from server.services.imports import Source
from tests.folders import write_images
from tests.server.formats.test_rasters import rgb16
from tests.worker.jobs.importer import Importer
from worker.context import Resources

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# Terrain (9) is not among them: SYNTHIA has none.
CLASSES = [
    {"id": number, "name": name, "colour": f"#0000{number:02x}"}
    for number, name in ((0, "road"), (10, "sky"), (11, "person"), (13, "car"), (17, "motorcycle"))
]


@pytest.fixture
def project(resources: Resources) -> Importer:
    return Importer(resources, CLASSES)


def bring(
    project: Importer, roots: Path, layout: str, domain: Domain, split: Split
) -> dict[str, Any]:
    return project.run(project.start_laid_out(roots, layout, domain, split))


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def ids(path: Path, values: list[list[int]], *, palette: bool = False) -> None:
    image = Picture.fromarray(np.array(values, np.uint8))
    if palette:  # Cityscapes' colours, whose luminances are other classes' ids
        image.putpalette([16, 16, 16] * 256)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def test_gtav_is_read_by_index_and_its_other_classes_are_void(
    project: Importer, roots: Path
) -> None:
    write_images(roots / "images", ["00001.png", "00002.png"], size=(2, 2))
    ids(roots / "labels/00001.png", [[7, 26], [22, 0]], palette=True)  # road car terrain unlabelled
    ids(
        roots / "labels/00002.png", [[23, 24], [34, 32]], palette=True
    )  # sky person plate motorcycle

    result = bring(project, roots, "gtav", Domain.SOURCE, Split.TRAIN)

    assert result["accepted"] == 2
    assert project.found() == [
        ("00001", None, [[0, 13], [255, 255]]),
        ("00002", None, [[10, 11], [255, 17]]),
    ]


def test_synthias_16_bit_maps_are_read_by_class(project: Importer, roots: Path) -> None:
    write_images(roots / "RGB", ["0000000.png", "0000001.png"], size=(2, 2))
    published = rgb16(
        [[(3, 900, 0), (8, 1, 0)], [(1, 0, 0), (12, 70, 0)]]
    )  # road car sky motorcycle
    put(roots / "GT/LABELS/0000000.png", published)

    result = bring(project, roots, "synthia", Domain.SOURCE, Split.TRAIN)

    assert (result["accepted"], result["refused"]) == (1, 1)  # the second has no label map
    assert project.found() == [("0000000", None, [[0, 13], [10, 17]])]


class TestCityscapes:
    @pytest.fixture
    def cities(self, roots: Path) -> Path:
        for part, city in (("train", "aachen"), ("train", "ulm"), ("val", "lindau")):
            name = f"{city}_000000_000019"
            folder = roots / "leftImg8bit" / part / city
            write_images(folder, [f"{name}_leftImg8bit.png"], size=(2, 1))
            for kind in ("labelIds", "instanceIds", "color"):
                ids(roots / "gtFine" / part / city / f"{name}_gtFine_{kind}.png", [[7, 26]])
        (roots / "leftImg8bit/train/aachen/notes.txt").write_text("no image")
        return roots

    def test_the_pool_takes_train_by_city_and_leaves_the_masks(
        self, project: Importer, cities: Path
    ) -> None:
        bring(project, cities, "cityscapes", Domain.TARGET, Split.POOL)

        assert project.found() == [
            ("aachen_000000_000019_leftImg8bit", "aachen", None),
            ("ulm_000000_000019_leftImg8bit", "ulm", None),
        ]

    def test_the_test_images_are_those_of_val_with_their_masks(
        self, project: Importer, cities: Path
    ) -> None:
        bring(project, cities, "cityscapes", Domain.TARGET, Split.TEST)

        assert project.found() == [("lindau_000000_000019_leftImg8bit", "lindau", [[0, 13]])]

    def test_a_city_that_is_a_link_to_elsewhere_is_not_followed(
        self, project: Importer, cities: Path, tmp_path: Path
    ) -> None:
        outside = write_images(tmp_path / "other", ["x_000000_000000_leftImg8bit.png"], size=(2, 1))
        (cities / "leftImg8bit/train/x").symlink_to(outside)

        assert bring(project, cities, "cityscapes", Domain.TARGET, Split.POOL)["accepted"] == 2


@pytest.mark.parametrize(
    ("layout", "masks", "field"), [("kitti", None, "layout"), ("gtav", "labels", "masks_path")]
)
def test_an_unknown_layout_and_masks_beside_one_are_refused(
    project: Importer, roots: Path, layout: str, masks: str | None, field: str
) -> None:
    write_images(roots / "images", ["1.png"])
    source = Source(str(roots), masks_path=masks)
    with project.resources.sessions() as session, pytest.raises(Invalid) as refused:
        imports.laid_out(session, project.project_id, source, layout=layout, split=Split.TRAIN)
    assert refused.value.fields[0].name == field


def test_a_tree_of_another_layout_has_no_such_folder(project: Importer, roots: Path) -> None:
    write_images(roots / "RGB", ["1.png"])

    with pytest.raises(Invalid, match="not a folder that imports may read"):
        bring(project, roots, "gtav", Domain.SOURCE, Split.TRAIN)
