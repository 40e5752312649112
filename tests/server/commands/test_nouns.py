"""The commands of single nouns against the real service; story.sh has them work together."""

import json

import pytest
import typer

from server.commands import remote
from tests.server.commands.conftest import Run

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_table_for_people_and_json_for_scripts(run: Run) -> None:
    made = run("projects", "make", "yard", "--set", "steps=7", "--json", project="")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["settings"] == {"steps": 7}
    table = run("projects", "list", project="").stdout.splitlines()
    assert table[0].split() == ["name", "role", "created_at", "id"]
    assert {line.split()[0] for line in table[1:]} == {"yard", "streets"}
    listed = json.loads(run("projects", "list", "--json", project="").stdout)
    assert {row["name"] for row in listed} == {"yard", "streets"}


def test_settings_are_changed_and_unset(run: Run) -> None:
    assert (
        run("projects", "change", "--set", "steps=7", "--set", "recipe=supervised").exit_code == 0
    )
    changed = run("projects", "change", "--set", "steps=null", "--json")
    assert json.loads(changed.stdout)["settings"] == {"recipe": "supervised"}


def test_a_grant_of_one_key_is_made_once(run: Run) -> None:
    for _ in range(2):
        assert run("budget", "grant", "5", "--key", "first").exit_code == 0
    (row,) = json.loads(run("budget", "show", "--json").stdout)
    assert (row["granted"], row["left"]) == (5, 5)


def test_an_invitation_adds_the_person_and_makes_a_link(run: Run) -> None:
    invited = run("members", "invite", "kim", "--role", "reviewer", "--json")
    assert invited.exit_code == 0, invited.output
    assert "/login#" in json.loads(invited.stdout)["login_link"]
    again = run("members", "invite", "kim", "--role", "annotator")
    assert again.exit_code == 0, again.output
    rows = json.loads(run("members", "list", "--json").stdout)
    assert {row["user"]["name"]: row["role"] for row in rows} == {
        "lead": "lead",
        "kim": "annotator",
    }
    assert run("members", "remove", "kim").exit_code == 0
    assert "kim" not in run("members", "list").stdout


def test_peoples_figures_are_tables_for_people_and_json_for_scripts(run: Run) -> None:
    for command in ("show", "agreement", "truths"):
        shown = run("people", command, "--json")
        assert shown.exit_code == 0, shown.output
        assert json.loads(shown.stdout) == []


def test_any_request_can_be_sent(run: Run) -> None:
    projects = json.loads(run("call", "get", "/projects", project="").stdout)
    path = f"/projects/{projects[0]['id']}"
    tag = json.loads(run("call", "get", path, project="").stdout)["etag"]
    changed = run("call", "PATCH", path, "--set", "name=roads", "--if-match", tag, project="")
    assert json.loads(changed.stdout)["name"] == "roads"
    stale = run("call", "PATCH", path, "--set", "name=lanes", "--if-match", tag, project="")
    assert stale.exit_code == 1
    assert run("call", "FETCH", path, project="").exit_code == 2
    assert run("call", "POST", path, "--data", "[]", project="").exit_code == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["rounds", "watch"], "There is no round yet."),
        (["rounds", "pause", "--reason", "x", "--round", "3"], "There is no round 3."),
        (["models", "promote", "3"], "There is no model '3'."),
        (["members", "remove", "kim"], "There is no member 'kim'."),
        (["people", "mark", "a.png"], "There is no image 'a.png'."),
    ],
)
def test_what_is_not_there_is_named(run: Run, words: list[str], complaint: str) -> None:
    refused = run(*words)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].endswith(complaint)


def test_an_approval_says_which_masks(run: Run) -> None:
    assert run("reviews", "approve").exit_code == 2
    assert run("reviews", "approve", "x", "--all").exit_code == 2
    assert run("reviews", "approve", "--all").stdout.startswith("0 masks approved")


@pytest.mark.usefixtures("database_url")
def test_options_are_json_or_text() -> None:
    read = remote.parsed(["steps=250", "recipe=supervised", "crop=[64,96]", "text=a=b"])
    assert read == {"steps": 250, "recipe": "supervised", "crop": [64, 96], "text": "a=b"}
    with pytest.raises(typer.BadParameter):
        remote.parsed(["steps"])
