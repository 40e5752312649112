"""Published settings are ones that the API takes and that a training understands."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner

from server.api.training import SettingsIn
from server.cli import app as commands
from server.commands.client import Client
from server.commands.presets import make_project
from server.db.models import ClassList, Image, Job, Project, Round
from server.formats import cityscapes, synthia
from server.formats.layouts import LAYOUTS
from server.rules.jobs import JobKind
from server.rules.presets import NOT_IN_SYNTHIA, PRESETS, TARGET_IMAGES, Preset
from server.services import tokens, users
from server.services.unit_of_work import unit_of_work
from server.settings import Settings
from tests.folders import write_images
from tests.server.api.conftest import app as app
from worker.jobs import data

every = pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)


@every
def test_the_api_takes_the_settings_and_the_training_understands_them(preset: Preset) -> None:
    sent = SettingsIn.model_validate(preset.settings).model_dump(mode="json", exclude_unset=True)
    classes = ClassList(classes=preset.class_list)
    round_ = Round(number=1, seed=0, config={**sent, "initial": preset.initial})

    config = data.stage_config(round_, classes, retrain=True, settings=Settings(threads=1))

    assert set(sent) == set(preset.settings)
    told = config.to_dict()
    for name, value in preset.settings.items():
        if name != "network":
            assert told[name] == value, name
    assert config.network.head == "deeplab_v3_plus"
    assert config.network.pretrained
    assert config.network.classes == 19
    assert data.starts_fresh(round_)


@every
def test_layouts_are_known_and_budgets_are_the_published_shares(preset: Preset) -> None:
    assert {preset.source, preset.target} <= set(LAYOUTS)
    assert [round(100 * budget / TARGET_IMAGES, 1) for budget in preset.budgets] == [1.0, 2.2, 5.0]


def test_synthia_trains_the_16_classes_that_it_has() -> None:
    shared, every_class = PRESETS["synthia-cityscapes"], PRESETS["synthia-cityscapes-open"]

    assert set(shared.classes) == set(synthia.TRAIN_ID_OF.values())
    assert len(every_class.classes) == len(cityscapes.LABEL_IDS) == 19
    missing = {entry["name"] for entry in every_class.class_list} - {
        entry["name"] for entry in shared.class_list
    }
    assert missing == NOT_IN_SYNTHIA


def test_the_list_names_every_preset() -> None:
    said = CliRunner().invoke(commands, ["presets"]).stdout

    assert all(f"{name}: " in said for name in PRESETS)
    assert "16 classes; 30, 65, 150 labelled images" in said


def test_an_unknown_preset_is_refused_with_the_known_ones() -> None:
    done = CliRunner().invoke(commands, ["begin", "mnist", "--source", ".", "--target", "."])

    assert done.exit_code == 2
    assert "synthia-cityscapes-open" in done.output


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", database_url=database_url, import_roots=(tmp_path,))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_project_begins_from_a_preset(
    app: FastAPI, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    source, target = tmp_path / "RAND_CITYSCAPES", tmp_path / "cityscapes"
    write_images(source / "RGB", ["0000000.png"])
    (source / "GT/LABELS").mkdir(parents=True)
    for part in ("train", "val"):
        write_images(target / "leftImg8bit" / part / "ulm", ["ulm_0_0_leftImg8bit.png"])
        (target / "gtFine" / part).mkdir(parents=True)
    with unit_of_work(app.state.sessions, app.state.queue) as session:
        user = users.create(session, name="lead", is_admin=True)
        _, secret = tokens.create(session, user, name="test")
    transport = TestClient(app, base_url="http://testserver")._transport
    client = Client("http://testserver", secret, transport=transport)

    made = make_project(client, PRESETS["synthia-cityscapes"], source=source, target=target)

    with sessions() as session:
        project = session.query(Project).one()
        [draft] = session.query(Round)
        imports = session.query(Job).filter_by(kind=JobKind.IMPORT).order_by(Job.id).all()
        assert session.query(Image).count() == 0
    assert made["name"] == project.name == "synthia-cityscapes"
    assert project.settings["network"]["head"] == "deeplab_v3_plus"
    assert (draft.k, draft.strategy, draft.config["initial"]) == (30, "random", "backbone")
    asked = [(job.params["path"], job.params["split"], job.params["masks_path"]) for job in imports]
    assert asked == [
        (str(source / "RGB"), "train", str(source / "GT/LABELS")),
        (str(target / "leftImg8bit/train"), "pool", None),
        (str(target / "leftImg8bit/val"), "test", str(target / "gtFine/val")),
    ]
    assert imports[0].params["masks_format"] == "synthia"
    assert imports[0].params["mapping"]["9"] == 255  # terrain, which this list has not
    assert made["budget"]["granted"] == 150
