"""The commands of single nouns against the real service; story.sh has them work together."""

import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from server import cli
from server.commands import remote
from server.settings import Settings
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


def test_limits_transfers_and_rates(run: Run) -> None:
    run("budget", "grant", "9")
    run("rounds", "plan", "--labels", "2")
    for words in (("set", "3", "--of", "round:1"), ("set", "2", "--of", "person:lead")):
        assert run("budget", *words).exit_code == 0
    move = ("budget", "transfer", "2", "--from", "round:1", "--to", "person:lead", "--key", "one")
    for _ in "ab":
        assert run(*move).exit_code == 0
    assert run("budget", "rate", "1.5", "EUR").exit_code == 0
    rows = json.loads(run("budget", "show", "--json").stdout)
    granted = {row["holder"].partition(":")[0]: row["granted"] for row in rows}
    assert granted == {"project": 9, "round": 1, "person": 4}
    assert rows[0]["currency"] == "EUR"
    assert run("budget", "set", "1", "--of", "kim").exit_code == 2
    assert "There is no round '7'." in run("budget", "set", "1", "--of", "round:7").stderr


def test_schedules_are_made_changed_read_and_removed(run: Run) -> None:
    when = ("--cron", "0 3 * * *", "--timezone", "Asia/Seoul", "--quiet", "22:00-06:00")
    made = run("schedules", "make", *when, "--percent", "5", "--group-quota", "equal", "--json")
    assert made.exit_code == 0, made.output
    schedule = json.loads(made.stdout)
    assert (schedule["round"]["percent"], schedule["quiet_since"]) == (5, "22:00:00")
    one = schedule["id"]
    changed = run(
        "schedules", "change", one, "--off", "--quiet", "none", "--round", "k=7", "--json"
    )
    assert changed.exit_code == 0, changed.output
    schedule = json.loads(changed.stdout)
    assert (schedule["enabled"], schedule["quiet_since"]) == (False, None)
    assert (schedule["round"]["k"], schedule["cron"]) == (7, "0 3 * * *")
    refused = run("schedules", "change", one, "--every", "5")
    assert "A schedule of kind cron has no 'every'." in refused.stderr
    assert run("schedules", "make", *when, "--every", "5").exit_code == 2
    assert json.loads(run("schedules", "fires", one, "--json").stdout) == []
    assert run("schedules", "remove", one).exit_code == 0
    assert json.loads(run("schedules", "list", "--json").stdout) == []


def test_a_round_is_planned_by_what_it_costs(run: Run) -> None:
    run("budget", "grant", "5")
    told = run("rounds", "plan", "--labels", "3", "--set", "overlap=2", "--cost")
    assert told.stdout.strip() == (
        "3 images of 0, 3 of them labelled by 2 people: 6 labels, 5 left"
    )
    assert json.loads(run("rounds", "list", "--json").stdout) == []
    for _ in "ab":
        assert run("rounds", "plan", "--labels", "3", "--key", "first").exit_code == 0
    [round_] = json.loads(run("rounds", "list", "--json").stdout)
    assert (round_["k"], round_["spent"]["planned"]) == (3, 3)
    [planned] = json.loads(run("rounds", "history", "--json").stdout)
    assert (planned["act"], planned["actor"]) == ("planned", "lead")
    refused = run("rounds", "replay")
    assert "has not chosen its images yet" in refused.stderr


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


@pytest.mark.usefixtures("database_url")
def test_every_command_of_a_service_has_the_same_options_with_the_same_help() -> None:
    speaking = {
        words: {option: text for option, text in options.items() if option in SHARED}
        for words, options in _options(typer.main.get_command(cli.app)).items()
        if "--url" in options
    }
    del speaking["simulate"]  # starts a service of its own
    assert len(speaking) > 30
    assert all(set(options) == set(SHARED) for options in speaking.values()), speaking
    assert len({tuple(sorted(options.items())) for options in speaking.values()}) == 1


SHARED = ("--url", "--token", "--json")


def _options(command: Any, words: str = "") -> dict[str, dict[str, str]]:
    """Return by command its options' help, through all groups."""
    if hasattr(command, "commands"):
        found: dict[str, dict[str, str]] = {}
        for name, each in command.commands.items():
            found |= _options(each, f"{words} {name}".strip())
        return found
    return {words: {one.opts[0]: getattr(one, "help", "") for one in command.params}}


def test_where_what_was_done_is_all_json_says_so_too(run: Run) -> None:
    run("members", "invite", "kim")
    removed = run("members", "remove", "kim", "--json")
    assert json.loads(removed.stdout) == {"removed": "kim"}
    assert run("jobs", "log", "x", "--json", project="").stderr.startswith("maskloop jobs log: ")


@pytest.mark.usefixtures("run")
def test_this_machines_admin_is_shown_to_no_other_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_settings: Settings) -> str:
        raise AssertionError("A token was made for another machine.")

    monkeypatch.setattr(remote, "admin_token", never)
    refused = CliRunner().invoke(cli.app, ["projects", "list", "--url", "https://elsewhere.test"])
    assert refused.exit_code == 2
    assert "elsewhere.test is another machine" in refused.stderr


def test_a_token_is_made_once_seen_listed_and_revoked(run: Run) -> None:
    made = run("tokens", "make", "nightly", "--read-only", "--days", "7", "--json", project="")
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["scopes"], told["project_id"]) == (["read"], None)
    secret = ["--token", told["token"]]
    assert run("tokens", "list", *secret, project="").exit_code == 0
    bound = json.loads(run("tokens", "make", "bound", "--json").stdout)
    assert bound["project_id"] is not None
    assert told["token"] not in run("tokens", "list", project="").stdout
    assert run("tokens", "revoke", "nightly", project="").exit_code == 0
    names = [row["name"] for row in json.loads(run("tokens", "list", "--json", project="").stdout)]
    assert sorted(names) == ["bound", "test"]


def test_a_webhook_is_made_tried_looked_at_and_removed(run: Run) -> None:
    address = "https://hooks.example.org/maskloop"
    made = run("webhooks", "make", address, "--json")
    assert made.exit_code == 0, made.output
    secret = json.loads(made.stdout)["secret"]
    assert secret not in run("webhooks", "list").stdout
    assert run("webhooks", "ping", address).exit_code == 0
    (sent,) = json.loads(run("webhooks", "log", address, "--json").stdout)
    assert (sent["event"], sent["state"], sent["attempts"]) == ("ping", "waiting", 0)
    assert "ping" in run("webhooks", "log", address).stdout
    again = run("webhooks", "redeliver", address, sent["id"], "--json")
    assert json.loads(again.stdout)["id"] == sent["id"]
    assert run("webhooks", "remove", address).exit_code == 0
    assert json.loads(run("webhooks", "list", "--json").stdout) == []
