"""Refusals: every reason to say no, written for the person who asked.

`server.api.errors` is the one place where a refusal becomes an HTTP answer. Each class is one
stable `type` on the wire (its snake_case name) and one status.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the request."""

    name: str
    message: str


class Refusal(Exception):
    """The request is understood and refused; nothing has changed."""

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields: tuple[FieldError, ...] = (FieldError(field, detail),) if field else ()
        self.extra: dict[str, object] = {}


class Unauthenticated(Refusal):
    """No credential, or one that is unknown, expired, used or revoked."""


class SignInStale(Unauthenticated):
    """What came back from the issuer belongs to no sign-in that this browser has begun."""


class IdentityRefused(Unauthenticated):
    """The issuer did not vouch for the person, or what it sent does not hold."""


class Forbidden(Refusal):
    """A member of the project whose role is too low."""


class UnknownPerson(Forbidden):
    """The issuer knows the person, and nobody here has the verified address."""


class EmailUnverified(UnknownPerson):
    """The issuer names no address of a person who is new here, or has not verified it."""


class CrossOrigin(Forbidden):
    """A cookie was sent with a request that another site started."""


class NotFound(Refusal):
    """Does not exist, or is not visible to who asks: both look the same from outside."""

    def __init__(self) -> None:
        super().__init__("There is nothing here, or you may not see it.")


class BytesMissing(Refusal):
    """The row is there, and the storage has lost the bytes that it names."""

    def __init__(self) -> None:
        super().__init__("The stored bytes of this are missing; the operator's log names them.")


class Invalid(Refusal):
    """A field has a value that cannot be accepted."""


class Conflict(Refusal):
    """The request is fine, the present state of the thing forbids it."""


class IllegalTransition(Conflict):
    """A round is in a state that this act does not lead out of."""


class RoundRunning(Conflict):
    """One loop runs per project at a time."""


class RoundPaused(Conflict):
    """A lead has paused the round; what people hold they may still submit."""


class NoSourceLabels(Conflict):
    """A round needs labelled source images to begin with."""


class NoTargetImages(Conflict):
    """A round needs unlabelled target images to choose from."""


class NoClasses(Conflict):
    """Masks have no meaning before the class list exists."""


class BudgetExhausted(Conflict):
    """Less is left than the act costs."""

    def __init__(
        self, *, asked: int, left: int, unit: str = "images", holder: str = "project"
    ) -> None:
        of = "" if (unit, holder) == ("images", "project") else f" {unit} of the {holder}"
        super().__init__(
            f"The budget is used: this asks for {asked}{of}, {left} left.", field="budget"
        )


class BelowReserved(Conflict):
    """A budget would be lowered below what people hold or have spent."""

    def __init__(self, *, asked: int, reserved: int, spent: int) -> None:
        how = "End the leases by force, or wait for them." if asked >= spent else "Spent is spent."
        super().__init__(
            f"Lowering it to {asked} is below the {spent} spent and {reserved} reserved. {how}",
            field="granted",
        )


class WorseModel(Conflict):
    """A model would serve that is worse on validation than the one that does."""


class DuplicateImage(Conflict):
    """The project already has an image with these bytes or this name."""


class NameTaken(Conflict):
    """Another row has this name."""


class AssignmentSuperseded(Conflict):
    """The lease is over: expired, released, or someone else's by now.

    The bytes that came with it are kept as a draft, named here, beside how the lease ended and
    who holds the item now.
    """

    def __init__(self, *, ended: str, holder: str | None) -> None:
        why = f"{holder} has it now" if holder else "its lease ended"
        super().__init__(f"This item is no longer yours: {why}. Work on it is kept as a draft.")
        self.extra.update(ended=ended, holder=holder)


class TooManyItems(Conflict):
    """A person holds as many items as one person may."""


class IdempotencyMismatch(Invalid):
    """The key was used before, with another request."""

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used before with another request.", field="Idempotency-Key"
        )


class PreconditionRequired(Refusal):
    """An update that would overwrite someone's work needs If-Match."""


class StaleVersion(Refusal):
    """If-Match names an older version than the current one."""

    def __init__(self, *, current: str) -> None:
        super().__init__(f"Someone changed this meanwhile; the current version is {current}.")
        self.extra["current"] = current


class TooLarge(Refusal):
    """The body is longer than the limit."""


class UnsupportedMedia(Refusal):
    """The content is not what this address takes."""


class TooMany(Refusal):
    """More than one caller may do in this time, or at once."""

    def __init__(self, limit: str, *, wait: int) -> None:
        super().__init__(f"{limit}; try again in {wait:,} s.")
        self.extra["wait"] = wait


class TooManyJobs(TooMany):
    """A person has as many jobs under way as one person may."""

    def __init__(self, *, active: int, most: int, wait: int) -> None:
        have = f"{active} {'job of yours is' if active == 1 else 'jobs of yours are'} under way"
        super().__init__(f"{have}, and {most} may be; wait for one or cancel it", wait=wait)


class Unavailable(Refusal):
    """The database or the storage does not answer right now; trying again may work."""


class StorageFull(Refusal):
    """No space is left for what was sent."""


class ProjectFull(StorageFull):
    """The project would hold more bytes than one project may."""

    def __init__(self, *, asked: int, used: int, most: int) -> None:
        super().__init__(
            f"{asked:,} bytes more do not fit: the project holds {used:,} of the {most:,} bytes"
            " that one may hold, uploads on their way included.",
            field="bytes",
        )
        self.extra.update(asked=asked, used=used, most=most)
