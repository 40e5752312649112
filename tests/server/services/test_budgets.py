from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from server.db.models import Budget, Lease
from server.rules.errors import BudgetExhausted, Invalid
from server.rules.items import LeaseTimes
from server.services import budgets, items
from server.storage.local import LocalBlobs
from tests.world import ledger_matches, new_world, to_labelling

TIMES = LeaseTimes()


class TestGrant:
    def test_adds_up(self, session: Session, blobs: LocalBlobs) -> None:
        world = new_world(session, blobs, grant=0)
        budgets.grant(session, world.project_id, amount=5, actor_id=None)
        assert budgets.grant(session, world.project_id, amount=7, actor_id=None).left == 12
        assert ledger_matches(session, world.project_id)

    @pytest.mark.parametrize("amount", [0, -1, budgets.MOST + 1])
    def test_refuses_what_is_no_grant(
        self, session: Session, blobs: LocalBlobs, amount: int
    ) -> None:
        world = new_world(session, blobs, grant=0)
        with pytest.raises(Invalid) as refused:
            budgets.grant(session, world.project_id, amount=amount, actor_id=None)
        assert refused.value.fields[0].name == "images"


class TestReserve:
    def test_refuses_when_nothing_is_left_and_says_so(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs, grant=1)
        to_labelling(world, k=3)
        items.take(
            session, world.project_id, user_id=world.add_person(), prefetch=False, times=TIMES
        )
        with pytest.raises(BudgetExhausted, match="asks for 1, 0 left"):
            items.take(
                session, world.project_id, user_id=world.add_person(), prefetch=False, times=TIMES
            )

    def test_the_database_itself_refuses_to_overspend(
        self, session: Session, blobs: LocalBlobs
    ) -> None:
        world = new_world(session, blobs, grant=1)
        row = session.scalars(select(Budget).where(Budget.project_id == world.project_id)).one()
        row.reserved = 2
        with pytest.raises(IntegrityError, match="within_grant"):
            session.flush()

    def test_two_people_cannot_both_take_the_last_label(
        self, sessions: sessionmaker[Session], blobs: LocalBlobs
    ) -> None:
        with sessions.begin() as session:
            world = new_world(session, blobs, grant=1)
            to_labelling(world, k=3)
            first, second = world.add_person(), world.add_person()

        def take(person: object) -> None:
            with sessions.begin() as session:
                items.take(session, world.project_id, user_id=person, prefetch=False, times=TIMES)  # type: ignore[arg-type]

        with ThreadPoolExecutor() as pool:
            with sessions.begin() as session:
                items.take(session, world.project_id, user_id=first, prefetch=False, times=TIMES)
                other = pool.submit(take, second)
                wait([other], timeout=0.5)  # time enough to run into the lock
            with pytest.raises(BudgetExhausted):
                other.result()
        with sessions.begin() as session:
            assert budgets.balance(session, world.project_id).reserved == 1


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(acts=st.lists(st.sampled_from(["take", "release", "grant"]), max_size=12))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_counters_equal_the_ledger_after_any_acts(
    sessions: sessionmaker[Session], blobs: LocalBlobs, acts: list[str]
) -> None:
    with sessions() as session:
        world = new_world(session, blobs, grant=2, pool=4)
        to_labelling(world, k=4)
        held: list[Lease] = []
        for act in acts:
            if act == "grant":
                budgets.grant(session, world.project_id, amount=1, actor_id=None)
            elif act == "release" and held:
                lease = held.pop()
                items.release(session, lease.item_id, user_id=lease.user_id, lease_id=lease.id)
            elif act == "take":
                person = world.add_person()
                try:
                    with session.begin_nested():
                        lease_or_none = items.take(
                            session, world.project_id, user_id=person, prefetch=False, times=TIMES
                        )
                except BudgetExhausted:
                    assert budgets.balance(session, world.project_id).left == 0
                    continue
                if lease_or_none is not None:
                    held.append(lease_or_none)
            assert ledger_matches(session, world.project_id)
        session.rollback()
