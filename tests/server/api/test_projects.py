import pytest

from tests.server.api.conftest import Login, Loop, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

CLASSES = {
    "classes": [
        {"id": 3, "name": "sky", "colour": "#4682b4"},
        {"id": 0, "name": "road", "colour": "#804080"},
    ]
}


def test_a_new_project_is_empty_and_its_maker_leads_it(login: Login) -> None:
    maker = login("maker")
    made = maker.post("/projects", json={"name": "streets"})
    assert made.status_code == 201
    body = made.json()
    assert (body["role"], body["version"], made.headers["etag"]) == ("lead", 1, '"1"')
    assert body["classes"] is None
    assert body["current_round"] is None
    assert body["budget"] == {"unit": "images", "granted": 0, "reserved": 0, "spent": 0, "left": 0}
    assert set(body["counts"].values()) == {0}
    problem(maker.post("/projects", json={"name": "streets"}), 409, "name_taken", "name")


def test_a_project_page_gathers_what_is_there(loop: Loop) -> None:
    round_id = loop.to_labelling(k=2)
    body = loop.annotator.get(loop.path).json()
    assert body["counts"] == {
        "source": 1, "source_labelled": 1, "pool": 5, "pool_labelled": 0, "validation": 0,
        "test": 0,
    }  # fmt: skip
    assert body["current_round"]["id"] == str(round_id)
    assert body["current_round"]["state"] == "labelling"
    assert body["current_round"]["items"]["open"] == 2
    assert body["latest_model"]["kind"] == "warm_up"
    assert body["classes"]["version"] == 1


def test_the_working_round_is_current_even_when_a_draft_is_newer(loop: Loop) -> None:
    working = loop.to_labelling(k=1)
    loop.lead.post(f"{loop.path}/rounds", json={"k": 1})
    assert loop.lead.get(loop.path).json()["current_round"]["id"] == str(working)


def test_changes_name_the_version_they_saw(loop: Loop) -> None:
    change = {"description": "new", "settings": {"steps": 20, "lambda_u": 0.0}}
    problem(loop.lead.patch(loop.path, json=change), 428, "precondition_required")
    first = loop.lead.patch(loop.path, json=change, headers={"If-Match": '"1"'})
    assert (first.json()["version"], first.headers["etag"]) == (2, '"2"')
    assert first.json()["settings"] == {"steps": 20, "lambda_u": 0.0}
    stale = loop.lead.patch(loop.path, json={"name": "x"}, headers={"If-Match": '"1"'})
    assert problem(stale, 412, "stale_version")["current"] == "2"
    assert stale.headers["etag"] == '"2"'
    unset = loop.lead.patch(
        loop.path, json={"settings": {"steps": None}}, headers={"If-Match": '"2"'}
    )
    assert unset.json()["settings"] == {"lambda_u": 0.0}
    bad = loop.lead.patch(loop.path, json={"name": "x"}, headers={"If-Match": "soon"})
    problem(bad, 422, "invalid", "If-Match")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"steps": 0}, "settings.steps"),
        ({"stepz": 1}, "settings.stepz"),
        ({"crop": [100, 128]}, "settings.crop"),
        ({"network": "gpt"}, "settings.network"),
        ({"ema": 2}, "settings.ema"),
    ],
)
def test_settings_that_no_training_takes_are_refused(
    loop: Loop, change: dict[str, object], field: str
) -> None:
    answer = loop.lead.patch(loop.path, json={"settings": change}, headers={"If-Match": '"1"'})
    problem(answer, 422, "invalid", field)


def test_each_class_list_is_a_new_version(loop: Loop) -> None:
    put = loop.lead.put(f"{loop.path}/classes", json=CLASSES)
    assert put.json()["version"] == 2
    assert [entry["id"] for entry in put.json()["classes"]] == [0, 3]
    assert loop.annotator.get(f"{loop.path}/classes").json() == put.json()
    assert loop.annotator.get(f"{loop.path}/classes/1").json()["classes"][1]["id"] == 1
    problem(loop.annotator.get(f"{loop.path}/classes/9"), 404, "not_found")


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"id": 255, "name": "void", "colour": "#000000"}, "classes.0.id"),
        ({"id": -1, "name": "a", "colour": "#000000"}, "classes.0.id"),
        ({"id": 1, "name": "", "colour": "#000000"}, "classes.0.name"),
        ({"id": 1, "name": "a", "colour": "red"}, "classes.0.colour"),
    ],
)
def test_a_bad_class_is_refused_by_its_field(
    loop: Loop, entry: dict[str, object], field: str
) -> None:
    problem(loop.lead.put(f"{loop.path}/classes", json={"classes": [entry]}), 422, "invalid", field)


def test_classes_are_told_apart_by_id_and_name(loop: Loop) -> None:
    twice = {"classes": [*CLASSES["classes"], {"id": 0, "name": "x", "colour": "#000000"}]}
    problem(loop.lead.put(f"{loop.path}/classes", json=twice), 422, "invalid", "classes")
    problem(loop.lead.put(f"{loop.path}/classes", json={"classes": []}), 422, "invalid", "classes")


@pytest.mark.parametrize("images", [-1, 0, "many", 10**12])
def test_a_budget_grows_by_at_least_one_image(loop: Loop, images: object) -> None:
    before = loop.lead.get(f"{loop.path}/budget").json()
    answer = loop.lead.post(f"{loop.path}/budget/grants", json={"images": images})
    problem(answer, 422, "invalid", "images")
    assert loop.lead.get(f"{loop.path}/budget").json() == before


def test_a_grant_sent_twice_with_one_key_counts_once(loop: Loop) -> None:
    path, headers = f"{loop.path}/budget/grants", {"Idempotency-Key": "g"}
    answers = [
        loop.lead.post(path, json={"images": 5, "note": "more"}, headers=headers) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.json()["granted"] for answer in answers} == {15}
    assert loop.lead.get(f"{loop.path}/budget").json()["granted"] == 15
    other = loop.lead.post(path, json={"images": 6}, headers=headers)
    problem(other, 422, "idempotency_mismatch", "Idempotency-Key")
    refused = {"Idempotency-Key": "h"}
    problem(loop.lead.post(path, json={"images": -1}, headers=refused), 422, "invalid", "images")
    assert loop.lead.post(path, json={"images": 1}, headers=refused).status_code == 201


def test_lists_are_paged_without_gaps_while_rows_are_added(login: Login) -> None:
    maker = login("maker")
    for number in range(5):
        maker.post("/projects", json={"name": f"p{number}"})
    first = maker.get("/projects?limit=2").json()
    maker.post("/projects", json={"name": "late"})
    names = [row["name"] for row in first["items"]]
    following = first["next"]
    while following:
        page = maker.get(following.removeprefix("/api/v1")).json()
        names += [row["name"] for row in page["items"]]
        following = page["next"]
    assert names == ["p4", "p3", "p2", "p1", "p0"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x"])
def test_a_page_has_1_to_200_rows(login: Login, query: str) -> None:
    problem(login("maker").get(f"/projects?{query}"), 422, "invalid", "limit")


@pytest.mark.parametrize("cursor", ["x", "!!", "WzFd", "W10", "bnVsbA", "é"])
def test_a_foreign_cursor_is_refused(login: Login, cursor: str) -> None:
    answer = login("maker").get("/projects", params={"cursor": cursor})
    problem(answer, 422, "invalid", "cursor")


def test_acts_are_noted_with_who_did_them(loop: Loop) -> None:
    loop.lead.put(f"{loop.path}/classes", json=CLASSES)
    [line] = loop.lead.get(f"{loop.path}/audit").json()["items"]
    assert (line["act"], line["actor"], line["details"]) == ("classes.put", "lead", {"version": 2})
