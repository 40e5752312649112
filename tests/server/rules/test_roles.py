import pytest

from server.rules.roles import Role, at_least


@pytest.mark.parametrize(
    ("role", "needed", "may"),
    [
        (Role.LEAD, Role.ANNOTATOR, True),
        (Role.REVIEWER, Role.REVIEWER, True),
        (Role.ANNOTATOR, Role.REVIEWER, False),
        (Role.REVIEWER, Role.LEAD, False),
    ],
)
def test_a_higher_role_may_do_what_a_lower_may(role: Role, needed: Role, may: bool) -> None:
    assert at_least(role, needed) is may
