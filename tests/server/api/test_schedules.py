"""Schedules over HTTP: made, edited by who has seen them, switched and removed."""

from tests.server.api.conftest import Loop, problem


class TestSchedules:
    ROUND = {"k": 3, "seed": 1, "steps": 5}  # noqa: RUF012

    def test_are_made_switched_and_removed(self, loop: Loop) -> None:
        path = f"{loop.path}/schedules"
        made = loop.lead.post(
            path,
            json={
                "kind": "cron", "cron": "0 3 * * *", "timezone": "Europe/Berlin",
                "round": self.ROUND,
            },
        )  # fmt: skip
        assert made.status_code == 201, made.text
        body = made.json()
        assert body["round"]["config"] == {"steps": 5}
        assert body["next_fire_at"]
        one = f"/schedules/{body['id']}"
        first = {"If-Match": made.headers["etag"]}
        off = loop.lead.patch(one, json={"enabled": False}, headers=first)
        assert (off.json()["enabled"], off.headers["etag"]) == (False, '"2"')
        assert loop.annotator.get(one).json() == off.json()
        labels = loop.lead.post(path, json={"kind": "labels", "every": 5, "round": self.ROUND})
        assert labels.json()["every"] == 5
        assert loop.lead.post(path, json={"kind": "budget", "round": self.ROUND}).is_success
        assert len(loop.annotator.get(path).json()["items"]) == 3
        assert loop.annotator.get(f"{one}/fires").json()["items"] == []
        assert loop.lead.delete(one).status_code == 204
        problem(loop.lead.get(f"{one}/fires"), 404, "not_found")

    def test_are_edited_by_who_has_seen_them(self, loop: Loop) -> None:
        given = {"kind": "cron", "cron": "0 3 * * *", "round": self.ROUND}
        given["quiet"] = {"since": "22:00", "until": "06:00"}
        made = loop.lead.post(f"{loop.path}/schedules", json=given)
        one, tag = f"/schedules/{made.json()['id']}", {"If-Match": made.headers["etag"]}
        problem(loop.lead.patch(one, json={"every": 2}), 428, "precondition_required")
        problem(loop.annotator.patch(one, json={}, headers=tag), 403, "forbidden")
        problem(loop.lead.patch(one, json={"every": 2}, headers=tag), 422, "invalid", "every")
        changes = {
            "cron": "30 6 * * *", "timezone": "Asia/Seoul", "quiet": None,
            "round": {"percent": 5, "group_quota": "equal", "overlap": 2},
        }  # fmt: skip
        body = loop.lead.patch(one, json=changes, headers=tag).json()
        assert (body["cron"], body["quiet_since"], body["version"]) == ("30 6 * * *", None, 2)
        assert body["round"] == {
            "percent": 5, "strategy": "entropy", "seed": 0,
            "config": {"group_quota": "equal", "overlap": 2},
        }  # fmt: skip
        stale = problem(loop.lead.patch(one, json={"cron": "1 1 * * *"}, headers=tag), 412,
                        "stale_version")  # fmt: skip
        assert stale["current"] == "2"
        [act] = loop.lead.get(f"{loop.path}/audit?limit=1").json()["items"]
        assert act["act"] == "schedule.changed"
        assert act["details"]["fields"] == [
            "cron",
            "quiet_since",
            "quiet_until",
            "round",
            "timezone",
        ]

    def test_are_refused_by_their_fields(self, loop: Loop) -> None:
        path = f"{loop.path}/schedules"
        for given, field in (
            ({"kind": "cron", "cron": "often"}, "cron"),
            ({"kind": "cron", "cron": "0 3 * * *", "timezone": "Mars"}, "timezone"),
            ({"kind": "labels", "every": 0}, "labels.every"),
            ({"kind": "budget", "every": 5}, "budget.every"),
        ):
            answer = loop.lead.post(path, json={"round": self.ROUND, **given})
            assert problem(answer, 422, "invalid", field)
