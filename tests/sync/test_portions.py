"""Does everything come over a line that cannot carry a whole page within a call's time?"""

from collections.abc import Callable
from typing import Any

import pytest

from sync.domain.order import Status
from sync.errors import CentralTooSlow, CentralUnreachable
from sync.portions import Portions
from tests.fakes import FakeCentral
from tests.sync.samples import LI, order
from tests.sync.site import Site

CARRIED = 3
"""So many orders or commands pass in the time that one call may take."""


def slow(ask: Callable[..., Any], asked: list[int]) -> Callable[..., Any]:
    """The question over a slow line: the central does it, and a long answer is not here in time."""

    def carried(*arguments: Any) -> Any:
        answer = ask(*arguments)
        much = len(answer if isinstance(answer, tuple) else getattr(answer, "orders", ()) or answer.changes)
        asked.append(much)
        if much > CARRIED:
            raise CentralTooSlow("no whole answer in time")
        return answer

    return carried


@pytest.mark.parametrize("question", ["orders", "changes", "push"])
def test_less_is_asked_for_until_it_comes_through(
    site: Site, central: FakeCentral, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    asked: list[int] = []
    them = [central.put(order(f"SO2026112200{n:04}")) for n in range(20)]
    if question != "orders":
        site.works_for(LI)
    site.sign_in(LI)
    monkeypatch.setattr(central, question, slow(getattr(central, question), asked))
    for each in them:
        if question == "push":
            site.give(each)
        if question == "changes":
            central.change(each.id, status=Status.PICKING)
    for _ in range(100):
        site.engine.step()
    assert asked[0] == 20
    assert max(asked[-3:]) <= CARRIED
    assert site.agrees()
    assert site.outbox.unsent() == 0
    assert set(central.effects.values()) <= {1}


def test_portions_grow_again_when_there_is_nothing_more_to_fetch() -> None:
    portions = Portions()
    for _ in range(3):
        portions.after(CentralTooSlow())
    grown = [portions.of(2000)]
    for _ in range(4):
        portions.all_came()
        grown.append(portions.of(2000))
    assert grown == [250, 500, 1000, 2000, 2000]


def test_a_dead_line_says_nothing_about_portions_and_the_slowest_carries_one() -> None:
    portions = Portions()
    portions.after(CentralUnreachable())
    assert portions.of(2000) == 2000
    for _ in range(100):
        portions.after(CentralTooSlow())
    assert (portions.of(2000), portions.of(50)) == (1, 1)
