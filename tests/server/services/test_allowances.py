import csv
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from server.db.models import Image, Lease
from server.rules.budgets import PROJECT, BudgetUnit, of_person, of_round
from server.rules.errors import BelowReserved, BudgetExhausted, Conflict, Invalid
from server.rules.images import Split
from server.rules.items import LeaseState
from server.rules.rounds import RoundState
from server.services import allowances, budgets, ledger, masks, rounds
from server.services.allowances import Holder
from server.services.masks import Effort
from server.services.pots import Balance, Pot, balance_of
from server.storage.local import LocalBlobs
from tests.world import (
    HEIGHT,
    WIDTH,
    World,
    label_map,
    ledger_matches,
    new_world,
    submit,
    take,
    to_labelling,
)

CLICKS, IMAGES, PIXELS, SECONDS = (
    BudgetUnit.CLICKS,
    BudgetUnit.IMAGES,
    BudgetUnit.PIXELS,
    BudgetUnit.SECONDS,
)


@pytest.fixture
def world(session: Session, blobs: LocalBlobs) -> World:
    return new_world(session, blobs, pool=6)


def set_granted(
    world: World,
    granted: int,
    *,
    unit: BudgetUnit = IMAGES,
    holder: Holder = Holder(),  # noqa: B008  (frozen)
    force: bool = False,
) -> Balance:
    return allowances.set_granted(
        world.session,
        world.project_id,
        holder,
        unit=unit,
        granted=granted,
        force=force,
        actor_id=None,
    )


def counters(
    world: World, unit: BudgetUnit = IMAGES, holder: str = PROJECT
) -> tuple[int, int, int]:
    found = balance_of(world.session, Pot(world.project_id, unit, holder))
    assert found is not None
    assert ledger_matches(world.session, world.project_id)
    return found.granted, found.reserved, found.spent


class TestUnits:
    def test_pixels_are_the_images_own(self, world: World) -> None:
        to_labelling(world, k=3)
        set_granted(world, WIDTH * HEIGHT + 5, unit=PIXELS)
        lease = take(world, world.add_person())
        assert counters(world, PIXELS) == (29, 24, 0)
        with (
            pytest.raises(BudgetExhausted, match="asks for 24 pixels of the project, 5 left"),
            world.session.begin_nested(),
        ):
            take(world, world.add_person())
        submit(world, lease, label_map(1))
        assert counters(world, PIXELS) == (29, 0, 24)

    def test_seconds_and_clicks_are_charged_as_they_were(self, world: World) -> None:
        to_labelling(world, k=3)
        set_granted(world, 1000, unit=SECONDS)
        set_granted(world, 1000, unit=CLICKS)
        lease = take(world, world.add_person())
        assert counters(world, SECONDS) == (1000, 120, 0)
        lease.started_at = lease.started_at.replace(year=2020)
        submit(world, lease, label_map(1), Effort(active_seconds=30.2, clicks=0))
        assert counters(world, SECONDS) == (1000, 0, 31)
        assert counters(world, CLICKS) == (1000, 0, 0)
        take(world, world.add_person())
        assert counters(world, SECONDS) == (1000, 31, 31), "what the last label took"

    def test_a_label_that_takes_more_than_is_left_is_kept_and_ends_the_budget(
        self, world: World
    ) -> None:
        round_id = to_labelling(world, k=3)
        set_granted(world, 100, unit=SECONDS)
        lease = take(world, world.add_person())
        lease.started_at = lease.started_at.replace(year=2020)
        submit(world, lease, label_map(1), Effort(active_seconds=500))
        assert counters(world, SECONDS) == (100, 0, 100)
        lines = list(csv.DictReader(ledger.statement_csv(world.session, world.project_id)))
        assert [line["note"] for line in lines if line["kind"] == "spend"] == [
            "took 400 more than was left",
            "",
        ]
        assert rounds.get(world.session, round_id).state is RoundState.RETRAINING

    def test_a_released_item_gives_all_units_back(self, world: World) -> None:
        round_id = to_labelling(world, k=3)
        set_granted(world, 1000, unit=SECONDS)
        take(world, world.add_person())
        rounds.cancel(world.session, round_id, actor_id=None)
        assert counters(world, SECONDS) == (1000, 0, 0)
        assert counters(world) == (10, 0, 0)


class TestHolders:
    def test_a_person_and_a_round_stop_at_their_own_limit(self, world: World) -> None:
        round_id = to_labelling(world, k=6)
        limited, other = world.add_person(), world.add_person()
        set_granted(world, 1, holder=Holder(user_id=limited))
        set_granted(world, 3, holder=Holder(round_id=round_id))
        submit(world, take(world, limited), label_map(1))
        with (
            pytest.raises(BudgetExhausted, match="asks for 1 images of the person, 0 left"),
            world.session.begin_nested(),
        ):
            take(world, limited)
        submit(world, take(world, other), label_map(1))
        assert counters(world, IMAGES, of_person(limited)) == (1, 0, 1)
        assert counters(world, IMAGES, of_round(round_id)) == (3, 0, 2)
        submit(world, take(world, other), label_map(1))
        assert rounds.get(world.session, round_id).state is RoundState.RETRAINING
        assert counters(world) == (10, 0, 3)

    def test_only_members_and_rounds_of_the_project_hold(self, world: World) -> None:
        for holder in (Holder(user_id=world.project_id), Holder(round_id=world.project_id)):
            with (
                pytest.raises(Invalid, match="No such round or member"),
                world.session.begin_nested(),
            ):
                set_granted(world, 1, holder=holder)
        with pytest.raises(Invalid, match="not both"), world.session.begin_nested():
            set_granted(world, 1, holder=Holder(world.project_id, world.project_id))


class TestLowering:
    def test_not_below_what_is_reserved_unless_forced(self, world: World) -> None:
        to_labelling(world, k=4)
        submit(world, take(world, world.add_person()), label_map(1))
        for _ in range(2):
            take(world, world.add_person())
        with (
            pytest.raises(BelowReserved, match="2 is below the 1 spent and 2 reserved"),
            world.session.begin_nested(),
        ):
            set_granted(world, 2)

    def test_by_force_the_leases_end_and_are_refunded(self, world: World) -> None:
        to_labelling(world, k=4)
        submit(world, take(world, world.add_person()), label_map(1))
        held = [take(world, world.add_person()) for _ in range(2)]
        assert set_granted(world, 2, force=True).granted == 2
        assert counters(world) == (2, 0, 1)
        world.session.expire_all()
        assert {world.session.get_one(Lease, each.id).state for each in held} == {
            LeaseState.CANCELLED
        }

    def test_not_even_by_force_below_what_is_spent(self, world: World) -> None:
        to_labelling(world, k=4)
        submit(world, take(world, world.add_person()), label_map(1))
        with pytest.raises(BelowReserved, match="Spent is spent"), world.session.begin_nested():
            set_granted(world, 0, force=True)

    def test_to_what_is_used_is_allowed(self, world: World) -> None:
        to_labelling(world, k=4)
        take(world, world.add_person())
        assert set_granted(world, 1).left == 0
        assert counters(world) == (1, 1, 0)


class TestTransfer:
    def test_moves_what_is_left_between_people_and_projects(
        self, world: World, blobs: LocalBlobs
    ) -> None:
        other = new_world(world.session, blobs, grant=0)
        people = [world.add_person() for _ in range(2)]
        for each in people:
            set_granted(world, 4, holder=Holder(user_id=each))
        first, second = (Pot(world.project_id, IMAGES, of_person(each)) for each in people)
        allowances.transfer(world.session, first, second, amount=3, actor_id=None)
        assert counters(world, IMAGES, first.holder) == (1, 0, 0)
        assert counters(world, IMAGES, second.holder) == (7, 0, 0)
        with (
            pytest.raises(BudgetExhausted, match="asks for 2, 1 left"),
            world.session.begin_nested(),
        ):
            allowances.transfer(world.session, first, second, amount=2, actor_id=None)

        theirs = Pot(other.project_id)
        allowances.transfer(world.session, Pot(world.project_id), theirs, amount=9, actor_id=None)
        found = balance_of(world.session, theirs)
        assert found is not None
        assert found.left == 9

    def test_not_to_who_has_no_limit(self, world: World) -> None:
        person = Pot(world.project_id, IMAGES, of_person(world.add_person()))
        with pytest.raises(Conflict, match="no budget of its own"), world.session.begin_nested():
            allowances.transfer(
                world.session, Pot(world.project_id), person, amount=1, actor_id=None
            )


class TestValidation:
    def draw(self, world: World, image_id: UUID, replaces: int | None) -> None:
        masks.put_truth(
            world.session,
            world.session.get_one(Image, image_id),
            sha256="a" * 64,
            class_list_id=world.class_list_id,
            author_id=world.people[0],
            replaces=replaces,
        )

    def test_the_first_label_of_an_image_is_charged_a_correction_is_not(self, world: World) -> None:
        world.add_person()
        validation, test = world.add_image(Split.VALIDATION), world.add_image(Split.TEST)
        self.draw(world, validation, None)
        self.draw(world, validation, 1)
        self.draw(world, test, None)
        assert counters(world) == (10, 0, 1)

    def test_nothing_left_refuses_it(self, world: World) -> None:
        world.add_person()
        image_id = world.add_image(Split.VALIDATION)
        set_granted(world, 0)
        with pytest.raises(BudgetExhausted), world.session.begin_nested():
            self.draw(world, image_id, None)


class TestStatement:
    def lines(self, world: World) -> Sequence[dict[str, str]]:
        return list(csv.DictReader(ledger.statement_csv(world.session, world.project_id)))

    def test_runs_to_the_counters_and_knows_the_money(self, world: World) -> None:
        to_labelling(world, k=3)
        allowances.set_rate(world.session, world.project_id, unit=IMAGES, rate=2.5, currency="EUR")
        person = world.add_person()
        submit(world, take(world, person), label_map(1))
        take(world, person)
        last = self.lines(world)[-1]
        assert (last["granted"], last["reserved"], last["spent"], last["left"]) == (
            "10",
            "1",
            "1",
            "8",
        )
        [spent] = [line for line in self.lines(world) if line["kind"] == "spend"]
        assert (spent["money"], spent["currency"], spent["round"]) == ("2.50", "EUR", "1")
        assert spent["image"].startswith("pool-")
        [share] = ledger.shares(world.session, world.project_id)
        assert (share.round, share.labels, share.spent, share.money) == (1, 1, 1, 2.5)

    def test_text_is_never_a_formula(self, world: World) -> None:
        budgets.grant(
            world.session, world.project_id, amount=1, actor_id=None, note='=HYPERLINK("x")'
        )
        assert self.lines(world)[-1]["note"] == '\'=HYPERLINK("x")'
