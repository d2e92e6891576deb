"""What I asked, saw, and can decide."""

from typing import Any

import msgspec
import pytest

from desktop.conflicts.presenter import Case, asked, case
from desktop.verbs.presenter import Ask
from desktop.words import Words
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Command, Op, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import HoldId
from sync.domain.order import CommandKey, Order, OrderId, Status, UserId
from sync.domain.permissions import Action, Role, User, actions
from sync.store.outbox import Settled
from sync.wire.messages import Result, ResultStatus
from tests.desktop.conftest import NOW


def command(op: Op = Op.INTERCEPT, **more: Any) -> Command:
    given: dict[str, Any] = {"reason": Reason.FRAUD, **more}
    return Command(
        key=CommandKey("k"), device="d", n=1, order_id=OrderId("o-1"), op=op, issued_by=UserId("li.na"), issued_at=NOW,
        base=4, **given,
    )  # fmt: skip


def settled(of: Command, seen: Order | None, now: Order | None, **more: Any) -> Settled:
    given: dict[str, Any] = {"status": ResultStatus.CONFLICT, **more}
    if now is not None and "actions" not in given:
        user = User(id=UserId("li.na"), name="李娜", role=Role.SUPERVISOR, warehouses=(now.warehouse,))
        given["actions"] = actions(user, now)
    return Settled(command=of, result=Result(key=of.key, at=NOW, order=now, **given), seen=seen)


def choice(shown: Case, decision: str) -> tuple[bool, str, Ask | None]:
    found = next(c for c in shown.choices if c.decision == decision)
    return found.enabled, found.why_not, found.ask


def test_what_changed_stands_out(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.PACKED, version=5, holds=())
    shown = case(settled(command(), order, now), en, NOW)
    assert [(d.label, d.seen, d.now) for d in shown.differences if d.changed] == [
        ("Status", "Waiting", "Packed"),
        ("Holds", "Wrong address, Suspected fraud", "none"),
        ("Version", "4", "5"),
    ]
    assert (shown.asked, shown.asked_when, shown.tone) == ("Intercept · Suspected fraud", "li.na, 16:26", "danger")


def test_a_conflict_can_be_kept_or_asked_again(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.PACKED, version=5)
    shown = case(settled(command(), order, now), en, NOW)
    assert [c.decision for c in shown.choices] == ["kept", "retried"]
    assert choice(shown, "kept") == (True, "", None)
    assert choice(shown, "retried") == (True, "", Ask(Op.INTERCEPT, Reason.FRAUD))


def test_with_the_carrier_the_carrier_intercept_is_offered_with_the_same_reason(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.HANDED_OVER, version=5)
    shown = case(settled(command(), order, now), en, NOW)
    assert choice(shown, "alternative") == (True, "", Ask(Op.CARRIER_INTERCEPT, Reason.FRAUD))
    release = command(Op.RELEASE, reason=None, args=Args(holds=(HoldId("h1"),)))
    shown = case(settled(release, order, now), en, NOW)
    assert choice(shown, "alternative")[2] == Ask(Op.CARRIER_INTERCEPT, Reason.BAD_ADDRESS)
    assert choice(shown, "retried")[:2] == (False, "Already handed to the carrier.")
    solved = msgspec.structs.replace(now, exceptions=())
    assert choice(case(settled(release, order, solved), en, NOW), "alternative")[2] == Ask(
        Op.CARRIER_INTERCEPT, Reason.OTHER
    )


def test_a_carrier_intercept_offers_no_other_carrier_intercept(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.HANDED_OVER, version=5)
    shown = case(settled(command(Op.CARRIER_INTERCEPT), order, now), en, NOW)
    assert [c.decision for c in shown.choices] == ["kept", "retried"]


def test_a_release_is_asked_again_for_the_holds_that_are_left(en: Words, order: Order) -> None:
    release = command(Op.RELEASE, reason=None, args=Args(holds=(HoldId("h1"), HoldId("gone"))))
    shown = case(settled(release, order, msgspec.structs.replace(order, version=5)), en, NOW)
    assert choice(shown, "retried")[2] == Ask(Op.RELEASE, None, Args(holds=(HoldId("h1"),)))
    nothing = command(Op.RELEASE, reason=None, args=Args(holds=(HoldId("gone"),)))
    shown = case(settled(nothing, order, msgspec.structs.replace(order, version=5)), en, NOW)
    assert choice(shown, "retried") == (False, "There is no hold to lift.", None)


def test_an_undo_is_not_asked_again(en: Words, order: Order) -> None:
    undo = command(Op.UNDO, reason=None, args=Args(undo=CommandKey("x")))
    shown = case(settled(undo, order, msgspec.structs.replace(order, version=5)), en, NOW)
    assert choice(shown, "retried")[0] is False


def test_a_rejection_cannot_be_asked_again_and_says_why(en: Words, order: Order) -> None:
    rejected = settled(command(), order, order, status=ResultStatus.REJECTED, refusal="not_permitted", actions=())
    shown = case(rejected, en, NOW)
    assert choice(shown, "retried")[:2] == (False, "Your role may not do this: ask a supervisor.")
    assert shown.tone == "warn"
    bare = settled(command(), order, None, status=ResultStatus.REJECTED)
    assert choice(case(bare, en, NOW), "retried")[0] is False


def test_a_blocked_command_can_be_asked_again(en: Words, order: Order) -> None:
    shown = case(settled(command(), order, None, status=ResultStatus.BLOCKED), en, NOW)
    assert choice(shown, "retried") == (True, "", Ask(Op.INTERCEPT, Reason.FRAUD))
    assert shown.differences == ()
    assert shown.number == "SO26114712"


def test_a_verb_that_the_central_did_not_name_is_not_allowed(en: Words, order: Order) -> None:
    given = (Action(op=Op.RELEASE, refusal=Refusal.CLOSED),)
    shown = case(settled(command(), order, order, actions=given), en, NOW)
    assert choice(shown, "retried")[1] == "Your role may not do this: ask a supervisor."


def test_without_any_order_the_id_stands_for_it(en: Words) -> None:
    shown = case(settled(command(), None, None, status=ResultStatus.BLOCKED), en, NOW)
    assert (shown.number, shown.customer) == ("o-1", "")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (command(Op.REASSIGN, reason=None, args=Args(to=Target(kind="warehouse", id="W-HGH"))), "Reassign · Hangzhou"),
        (command(Op.RELEASE, reason=None, args=Args(holds=(HoldId("a"), HoldId("b")))), "Release · 2 holds"),
    ],
)
def test_what_was_asked_in_words(en: Words, given: Command, text: str) -> None:
    assert asked(given, en) == text


@pytest.mark.parametrize("status", [ResultStatus.CONFLICT, ResultStatus.REJECTED, ResultStatus.BLOCKED])
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_case_has_its_heading(
    status: ResultStatus, words: str, order: Order, request: pytest.FixtureRequest
) -> None:
    assert case(settled(command(), order, order, status=status), request.getfixturevalue(words), NOW).heading
