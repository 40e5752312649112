"""When a schedule's clock is due, and when it is quiet; each for a given moment."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadCronError, croniter

from server.db.models import Schedule
from server.rules.errors import Invalid
from server.rules.schedules import is_quiet

MOST_COUNTED = 1000
"""Missed moments that a catch-up counts: after years of silence nobody needs the exact number."""


def next_after(schedule: Schedule, moment: datetime) -> datetime:
    """Return the clock's next moment, or raise `Invalid`."""
    try:
        local = moment.astimezone(zone(schedule.timezone))
        following = croniter(schedule.cron or "", local).get_next(datetime)
    except (CroniterBadCronError, ValueError) as error:
        raise Invalid(f"Not a cron expression: {error}", field="cron") from None
    assert isinstance(following, datetime)
    return following.astimezone(UTC)


def missed(schedule: Schedule, moment: datetime) -> int:
    """Return how many further moments of the clock have passed since the one that is due."""
    following, count = schedule.next_fire_at, 0
    while following is not None and count < MOST_COUNTED:
        following = next_after(schedule, following)
        if following > moment:
            break
        count += 1
    return count


def is_quiet_at(schedule: Schedule, moment: datetime) -> bool:
    """Whether the moment lies in the schedule's quiet hours."""
    if schedule.quiet_since is None or schedule.quiet_until is None:
        return False
    local = moment.astimezone(zone(schedule.timezone)).time()
    return is_quiet(local, since=schedule.quiet_since, until=schedule.quiet_until)


def zone(name: str) -> ZoneInfo:
    """Return the time zone of this name, or raise `Invalid`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Invalid(f"No time zone {name!r}.", field="timezone") from None
