import io
from uuid import UUID

import numpy as np
import pytest
from PIL import Image as Picture

from server import codecs
from server.db.base import uuid7
from server.db.models import Image
from server.rules.images import VOID
from tests.server.api.conftest import Loop, problem
from tests.world import HEIGHT, WIDTH, label_map

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PNG = {"Content-Type": "image/png"}


def picture(seed: int = 0, kind: str = "PNG", size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    out = io.BytesIO()
    Picture.fromarray(pixels).save(out, kind)
    return out.getvalue()


def upload(loop: Loop, name: str, data: bytes, kind: str = "image/png", **more: str):  # type: ignore[no-untyped-def]
    params = {"name": name, "domain": "target", "split": "pool", **more}
    return loop.lead.post(
        f"{loop.path}/images", params=params, content=data, headers={"Content-Type": kind}
    )


def test_an_upload_reads_back_as_it_was_sent(loop: Loop) -> None:
    data = picture(kind="JPEG")
    made = upload(loop, "a", data, "image/jpeg", group="cam0")
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["width"], body["height"], body["group"]) == (WIDTH, HEIGHT, "cam0")
    file = loop.annotator.get(f"/images/{body['id']}/file")
    assert file.content == data
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["content-security-policy"] == "sandbox; default-src 'none'"
    again = loop.annotator.get(
        f"/images/{body['id']}/file", headers={"If-None-Match": file.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_duplicates_by_bytes_or_name_are_conflicts(loop: Loop) -> None:
    assert upload(loop, "a", picture(1)).status_code == 201
    problem(upload(loop, "b", picture(1)), 409, "duplicate_image", "image")
    problem(upload(loop, "a", picture(2)), 409, "duplicate_image", "image")


@on_sqlite
@pytest.mark.parametrize(
    ("data", "kind", "status", "type_", "field"),
    [
        (b"not an image", "image/png", 415, "unsupported_media", "image"),
        (picture()[:60], "image/png", 422, "invalid", "image"),
        (b"", "image/png", 415, "unsupported_media", "image"),
        (picture(kind="BMP"), "image/png", 415, "unsupported_media", "image"),
        (picture(), "application/octet-stream", 415, "unsupported_media", "image"),
        (picture(size=(16_385, 1)), "image/png", 422, "invalid", "image"),
    ],
)
def test_what_is_no_good_image_is_refused_and_leaves_nothing(
    loop: Loop, data: bytes, kind: str, status: int, type_: str, field: str
) -> None:
    before = loop.lead.get(loop.path).json()["counts"]
    problem(upload(loop, "bad", data, kind), status, type_, field)
    assert loop.lead.get(loop.path).json()["counts"] == before


@on_sqlite
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"domain": "source", "split": "pool"}, "split"),
        ({"domain": "target", "split": "train"}, "split"),
        ({"domain": "moon"}, "domain"),
        ({"name": "../up"}, "name"),
        ({"name": ""}, "name"),
    ],
)
def test_a_bad_place_or_name_is_refused(loop: Loop, more: dict[str, str], field: str) -> None:
    params = {"name": "a", "domain": "target", "split": "pool", **more}
    answer = loop.lead.post(f"{loop.path}/images", params=params, content=picture(), headers=PNG)
    problem(answer, 422, "invalid", field)


def test_a_list_is_filtered_sorted_and_paged(loop: Loop) -> None:
    upload(loop, "zebra", picture(1), group="cam0")
    path = f"{loop.path}/images"

    def names(query: str) -> list[str]:
        found: list[str] = []
        following: str | None = f"{path}?{query}"
        while following:
            page = loop.reviewer.get(following.removeprefix("/api/v1")).json()
            found += [row["name"] for row in page["items"]]
            following = page["next"]
        return found

    pool = [f"pool-{number:03d}" for number in range(1, 6)]
    assert names("split=pool&limit=2") == [*pool, "zebra"]
    assert names("group=cam0") == ["zebra"]
    assert names("labelled=true") == ["train-000"]
    assert names("domain=source&labelled=false") == []
    assert names("sort=-score") == []
    assert names("name=pool-&limit=3") == pool
    assert names("name=pool_") == []
    assert names("sort=-created&limit=2") == ["zebra", *reversed(pool), "train-000"]
    round_id = loop.to_labelling(k=1)
    assert names("state=open") == names(f"round_id={round_id}") == [pool[0]]
    assert names("state=submitted") == []
    scored = names("sort=-score&limit=4")
    rows = loop.reviewer.get(f"{path}?sort=-score").json()["items"]
    assert [row["name"] for row in rows] == scored
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert len(scored) == 6
    for bad, field in (
        ("sort=name__x", "sort"),
        ("split=moon", "split"),
        ("labelled=7", "labelled"),
    ):
        problem(loop.reviewer.get(f"{path}?{bad}"), 422, "invalid", field)
    problem(loop.annotator.get(path), 403, "forbidden")  # which are labelled tells what is hidden


def test_images_are_put_in_groups_all_or_none(loop: Loop) -> None:
    rows = loop.lead.get(f"{loop.path}/images?split=pool").json()["items"]
    ids = [row["id"] for row in rows]
    path = f"{loop.path}/images/group"

    stranger = {"image_ids": [*ids, str(uuid7())], "group": "cam7"}
    refused = problem(loop.lead.put(path, json=stranger), 422, "invalid", "image_ids")
    assert refused["detail"] == "1 of these 6 images are not the project's."
    assert loop.reviewer.get(f"{loop.path}/groups").json()["items"] == []

    assert loop.lead.put(path, json={"image_ids": ids[:2], "group": "cam7"}).status_code == 204
    assert [row["name"] for row in loop.reviewer.get(f"{loop.path}/groups").json()["items"]] == [
        "cam7"
    ]
    assert loop.lead.get(f"/images/{ids[0]}").json()["group"] == "cam7"
    assert loop.lead.put(path, json={"image_ids": ids[:1], "group": None}).status_code == 204
    grouped = loop.lead.get(f"{loop.path}/images?group=cam7").json()["items"]
    assert [row["id"] for row in grouped] == ids[1:2]
    problem(loop.reviewer.put(path, json={"image_ids": ids, "group": "x"}), 403, "forbidden")


@on_sqlite
def test_a_lead_takes_back_what_a_job_could_not_read(loop: Loop) -> None:
    image = loop.lead.get(f"{loop.path}/images?domain=target").json()["items"][0]
    assert image["left_out"] is None
    path = f"/images/{image['id']}"
    problem(loop.lead.post(f"{path}/take-back"), 409, "conflict")
    with loop.sessions.begin() as session:
        session.get_one(Image, UUID(image["id"])).quarantine_reason = "its bytes have changed"
    assert loop.reviewer.get(path).json()["left_out"] == "its bytes have changed"
    problem(loop.reviewer.post(f"{path}/take-back"), 403, "forbidden")
    assert loop.lead.post(f"{path}/take-back").json() == image


def test_an_image_shows_what_rounds_thought_of_it(loop: Loop) -> None:
    round_id = loop.to_labelling(k=1)
    [chosen] = loop.lead.get(f"{loop.path}/images?state=open").json()["items"]
    [row] = loop.reviewer.get(f"/images/{chosen['id']}/rounds").json()
    assert (row["round_id"], row["number"], row["rank"]) == (str(round_id), 1, 1)
    assert (row["score"], row["item_state"]) == (chosen["score"], "open")
    source = loop.lead.get(f"{loop.path}/images?domain=source").json()["items"][0]["id"]
    assert loop.reviewer.get(f"/images/{source}/rounds").json() == []
    problem(loop.annotator.get(f"/images/{source}/rounds"), 403, "forbidden")


class TestTruth:
    def source(self, loop: Loop) -> str:
        return str(loop.lead.get(f"{loop.path}/images?domain=source").json()["items"][0]["id"])

    def test_a_new_revision_names_the_one_it_replaces(self, loop: Loop) -> None:
        path = f"/images/{self.source(loop)}/mask"
        body = codecs.encode_png(label_map(1))
        problem(loop.lead.put(path, content=body, headers=PNG), 428, "precondition_required")
        stale = loop.lead.put(path, content=body, headers={**PNG, "If-Match": '"7"'})
        assert problem(stale, 412, "stale_version")["current"] == "1"
        done = loop.lead.put(path, content=body, headers={**PNG, "If-Match": '"1"'})
        assert (done.status_code, done.json()["revision"], done.headers["etag"]) == (201, 2, '"2"')
        assert loop.lead.get(path).content == body
        rows = loop.reviewer.get(path + "s").json()["items"]
        assert [(row["revision"], row["origin"], row["author"]) for row in rows] == [
            (2, "human", "lead"),
            (1, "import", None),
        ]
        first = loop.reviewer.get(f"/masks/{rows[1]['id']}")
        assert np.array_equal(codecs.decode_png_labels(first.content), label_map(0))

        restore = f"/masks/{rows[1]['id']}/restore"
        problem(loop.lead.post(restore), 428, "precondition_required")
        stale = loop.lead.post(restore, headers={"If-Match": '"1"'})
        assert problem(stale, 412, "stale_version")["current"] == "2"
        problem(loop.reviewer.post(restore, headers={"If-Match": '"2"'}), 403, "forbidden")
        again = loop.lead.post(restore, headers={"If-Match": '"2"'})
        assert (again.status_code, again.json()["revision"]) == (201, 3)
        assert loop.lead.get(path).content == first.content
        newest = loop.reviewer.get(path + "s").json()["items"][0]
        assert (newest["revision"], newest["same_as"]) == (3, 1)
        now = loop.lead.post(restore, headers={"If-Match": '"3"'})
        problem(now, 409, "conflict", "mask")

    def test_a_small_mask_has_the_colours_of_its_classes(self, loop: Loop) -> None:
        path = f"/images/{self.source(loop)}/mask/thumbnail"
        answer = loop.reviewer.get(path)
        with Picture.open(io.BytesIO(answer.content)) as small:
            assert small.size == (WIDTH, HEIGHT)
            assert small.convert("RGBA").getpixel((0, 0)) == (0x80, 0x40, 0x80, 255)
        again = loop.reviewer.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        problem(loop.annotator.get(path), 403, "forbidden")

        body = codecs.encode_png(label_map(VOID))
        loop.lead.put(
            path.removesuffix("/thumbnail"), content=body, headers={**PNG, "If-Match": '"1"'}
        )
        changed = loop.reviewer.get(path, headers={"If-None-Match": answer.headers["etag"]})
        with Picture.open(io.BytesIO(changed.content)) as small:
            assert small.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]

    def test_the_pool_has_no_truth_but_what_rounds_pay_for(self, loop: Loop) -> None:
        image = upload(loop, "a", picture()).json()["id"]
        body = codecs.encode_png(label_map(1))
        answer = loop.lead.put(f"/images/{image}/mask", content=body, headers=PNG)
        problem(answer, 409, "conflict", "mask")
        assert loop.lead.get(f"/images/{image}/mask").status_code == 404

    @pytest.mark.parametrize(
        "labels", [np.zeros((HEIGHT, WIDTH + 1), np.uint8), label_map(2), label_map(254)]
    )
    def test_a_wrong_size_or_an_unknown_class_is_refused(
        self, loop: Loop, labels: codecs.Labels
    ) -> None:
        path = f"/images/{self.source(loop)}/mask"
        answer = loop.lead.put(
            path, content=codecs.encode_png(labels), headers={**PNG, "If-Match": '"1"'}
        )
        problem(answer, 422, "invalid", "mask")
        assert loop.lead.get(path).headers["etag"] == '"1"'
