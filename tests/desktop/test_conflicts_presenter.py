"""What I asked, saw, and can decide."""

from typing import Any

import msgspec
import pytest

from desktop.conflicts.presenter import Case, asked, batch, case, question
from desktop.verbs.presenter import Ask
from desktop.words import Words
from sync.decisions import OpenCase
from sync.domain.apply import Refusal
from sync.domain.commands import Args, Command, Heard, Op, Outcome, Target
from sync.domain.exceptions import Reason
from sync.domain.holds import Hold, HoldId
from sync.domain.order import CarrierId, CommandKey, Order, OrderId, Status, UserId, WarehouseId
from sync.domain.permissions import Action, Role, User, actions
from sync.store.outbox import Settled
from sync.wire.messages import HistoryEntry, Result, ResultStatus
from tests.desktop.conftest import NOW


def command(op: Op = Op.INTERCEPT, **more: Any) -> Command:
    given: dict[str, Any] = {"reason": Reason.FRAUD, **more}
    return Command(
        key=CommandKey("k"), device="d", n=1, order_id=OrderId("o-1"), op=op, issued_by=UserId("li.na"), issued_at=NOW,
        base=4, **given,
    )  # fmt: skip


def settled(of: Command, seen: Order | None, now: Order | None, **more: Any) -> OpenCase:
    """The case of a command that met ``now``; ``more`` is of the result."""
    given: dict[str, Any] = {"status": ResultStatus.CONFLICT, **more}
    user = User(id=UserId("li.na"), name="李娜", role=Role.SUPERVISOR, warehouses=(WarehouseId("W-SUZ"),))
    allowed = given.pop("actions", () if now is None else actions(user, now))
    told = Result(key=of.key, at=NOW, order=now, actions=allowed, **given)
    return OpenCase(settled=Settled(command=of, result=told, seen=seen), now=now, actions=allowed)


def changed(case_: OpenCase, **parts: Any) -> OpenCase:
    return msgspec.structs.replace(case_, **parts)


def choice(shown: Case, decision: str) -> tuple[bool, str, Ask | None]:
    found = next(c for c in shown.choices if c.decision == decision)
    return found.enabled, found.why_not, found.ask


def test_what_changed_stands_out(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.PACKED, version=5, holds=())
    shown = case(settled(command(), order, now), en, NOW)
    assert [(d.label, d.seen, d.now, d.changed) for d in shown.differences] == [
        ("Status", "Waiting", "Packed", True),
        ("Holds", "Wrong address, Suspected fraud", "none", True),
        ("Version", "4", "5", True),
    ]
    assert shown.differences[0].told == "Status: was Waiting, is now Packed"
    assert (shown.asked, shown.asked_when, shown.tone) == ("Intercept · Suspected fraud", "li.na, 16:26", "danger")


def test_a_conflict_can_be_kept_or_asked_again(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, status=Status.PACKED, version=5, holds=())
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


def test_who_was_there_before_is_told_newest_first(en: Words, order: Order) -> None:
    def step(version: int, action: str, outcome: str, who: str) -> HistoryEntry:
        at = NOW + version
        return HistoryEntry(at=at, version=version, who=who, device="ws-9", action=action, outcome=outcome)

    theirs, its = step(5, "intercept", Outcome.STOPPED.value, "王主管"), step(6, "moved", "", "demo-wms")
    now = msgspec.structs.replace(order, status=Status.PACKED, version=6)
    shown = case(settled(command(), order, now, since=(theirs, its)), en, NOW)
    assert [(m.title, m.detail) for m in shown.steps] == [
        ("Moved on", "by Demo WMS · at ws-9"),
        ("Intercept: stopped", "by 王主管 · at ws-9"),
    ]
    assert shown.steps_word == ""


def test_where_the_central_named_nobody_or_the_order_went_on_the_case_says_so(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, version=5)
    unknown = settled(command(), order, now)
    assert "did not say who" in case(unknown, en, NOW).steps_word
    later = changed(unknown, now=msgspec.structs.replace(order, version=6))
    assert "changed again" in case(later, en, NOW).steps_word
    assert case(settled(command(), order, now, status=ResultStatus.REJECTED), en, NOW).steps_word == ""


def test_what_stayed_is_shown_only_where_it_matters(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, version=5, carrier=CarrierId("C-SFX"), waybill="SF1", return_requested=True)
    shown = case(settled(command(), order, now), en, NOW).differences
    assert [(d.label, d.changed) for d in shown] == [
        ("Carrier", True), ("Waybill", True), ("Return", True), ("Version", True), ("Status", False), ("Holds", False),
    ]  # fmt: skip
    assert shown[-1].told == "Holds: still Wrong address, Suspected fraud"


def test_what_is_allowed_now_is_listed_with_why_the_rest_is_not(en: Words, order: Order) -> None:
    now = msgspec.structs.replace(order, version=5, status=Status.HANDED_OVER)
    allowed = case(settled(command(), order, now), en, NOW).allowed
    assert [(a.label, a.why_not) for a in allowed] == [
        ("Intercept", ""),
        ("Reassign", "Already handed to the carrier."),
        ("Release", "Already handed to the carrier."),
        ("Carrier intercept", ""),
    ]


def test_a_wish_that_the_order_already_fulfils_is_not_asked_again(en: Words, order: Order) -> None:
    held = (*order.holds, Hold(id=HoldId("h9"), reason=Reason.DAMAGED, placed_by="wang", placed_at=NOW))
    met = settled(command(reason=Reason.DAMAGED), order, msgspec.structs.replace(order, version=5, holds=held))
    assert choice(case(met, en, NOW), "retried")[:2] == (False, "Already held for this reason.")
    behind = changed(met, after=CommandKey("k2"))
    assert choice(case(behind, en, NOW), "retried")[0] is True


def test_a_new_command_stands_on_what_is_shown_or_follows_what_waits(en: Words, order: Order) -> None:
    one = settled(command(reason=Reason.DAMAGED), order, msgspec.structs.replace(order, version=5))
    assert (case(one, en, NOW).base, case(one, en, NOW).after) == (5, None)
    two = changed(one, after=CommandKey("k2"), waiting=(command(Op.RELEASE, reason=None), command()))
    shown = case(two, en, NOW)
    assert (shown.base, shown.after) == (None, "k2")
    assert shown.waiting == "2 commands wait for this decision"
    assert shown.waiting_asked == "Release, Intercept · Suspected fraud"


def test_a_spoken_command_shows_what_was_said(en: Words, order: Order) -> None:
    spoken = command(heard=Heard(transcript="拦截订单四七一二"))
    assert case(settled(spoken, order, order), en, NOW).heard == "Said: “拦截订单四七一二”"


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("kept", "Kept the central's state · li.na, 16:26"),
        ("carrier_intercept", "Carrier intercept asked (by voice) · li.na, 16:26"),
        ("something newer", "something newer · li.na, 16:26"),
    ],
)
def test_a_decided_case_says_who_decided_what_and_when_and_asks_no_more(
    en: Words, order: Order, decision: str, told: str
) -> None:
    open_ = settled(command(), order, msgspec.structs.replace(order, version=5))
    done = msgspec.structs.replace(open_.settled, decision=decision, decided_by=UserId("li.na"), decided_at=NOW)
    shown = case(changed(open_, settled=done), en, NOW)
    assert (shown.decided, shown.choices, shown.allowed) == (told, (), ())
    assert case(open_, en, NOW).decided == ""


class TestSeveralAtOnce:
    def test_are_counted_by_sort_and_each_decision_says_how_many_it_settles(self, en: Words, order: Order) -> None:
        packed = msgspec.structs.replace(order, status=Status.PACKED, version=5, holds=())
        gone = msgspec.structs.replace(order, status=Status.HANDED_OVER, version=5)
        release = command(Op.RELEASE, reason=None, args=Args(holds=(HoldId("h1"),)))
        cases = [settled(command(), order, packed), settled(release, order, gone), settled(command(), order, packed)]
        shown = batch(cases, en, NOW)
        assert shown.title == "3 cases chosen"
        head = "The order changed before your command arrived"
        assert shown.groups == (f"2 × Intercept · Suspected fraud: {head}", f"1 × Release · 1 hold: {head}")
        kept, retried, carrier = shown.choices
        assert (kept.enabled, kept.effect) == (True, "All 3 of them.")
        assert retried.effect == "2 of them; 1 stay here.\n1 × Already handed to the carrier."
        assert (carrier.decision, carrier.effect) == ("alternative", "1 of them; 2 stay here.")

    def test_what_can_be_done_for_none_of_them_is_off_and_says_why(self, en: Words, order: Order) -> None:
        undo = settled(command(Op.UNDO, reason=None), order, order)
        _, retried = batch([undo, undo], en, NOW).choices
        assert not retried.enabled
        assert "2 × " in retried.why_not

    def test_the_same_wish_on_the_same_sort_of_state_is_the_same_question(self, order: Order) -> None:
        packed = msgspec.structs.replace(order, status=Status.PACKED, version=5)
        other = msgspec.structs.replace(packed, id=OrderId("o-2"), version=9)
        one = question(settled(command(), order, packed))
        assert question(settled(command(), order, other)) == one
        assert question(settled(command(reason=Reason.DAMAGED), order, packed)) != one
        assert question(settled(command(), order, None)) != one
