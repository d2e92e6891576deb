"""No colour speaks alone: everything has a sign that exists, and different things have different signs."""

from desktop.icons import characters
from desktop.signs import LINKS, OPS, OUTCOMES, REASONS, STATUSES, VIEWS
from sync.domain.commands import Op, Outcome
from sync.domain.exceptions import Reason
from sync.domain.order import Status
from sync.events import Link


def test_everything_has_a_sign() -> None:
    assert set(REASONS) == set(Reason)
    assert set(STATUSES) == set(Status)
    assert set(OPS) == set(Op)
    assert set(OUTCOMES) == set(Outcome)
    assert set(LINKS) == set(Link)


def test_every_sign_is_in_the_icon_font() -> None:
    names = {s.icon for table in (REASONS, STATUSES, OPS, OUTCOMES, LINKS) for s in table.values()} | set(
        VIEWS.values()
    )
    assert names <= set(characters())


def test_reasons_and_outcomes_of_an_intercept_differ_by_sign_not_only_by_colour() -> None:
    assert len({s.icon for s in REASONS.values()}) == len(Reason)
    three = (Outcome.STOPPED, Outcome.REQUESTED, Outcome.TOO_LATE)
    assert len({OUTCOMES[o].icon for o in three}) == 3
