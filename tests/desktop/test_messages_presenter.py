"""What became of each message, in words."""

import msgspec

from desktop.messages.presenter import KEPT_MOST, letters, merged, recipient
from desktop.words import DAY, HOUR, Words
from sync.domain.order import UserId
from sync.wire.colleagues import Message, Recipient

NOW = 1_763_800_000_000
ME, LI = UserId("u-me"), UserId("u-li")
SAID = Message(
    id="m1", sender=LI, sender_name="李娜", to=Recipient(kind="all"), text="Stop", at=NOW - HOUR, expires_at=NOW + HOUR
)


def other(**changes: object) -> Message:
    return msgspec.structs.replace(SAID, **changes)


def test_each_message_says_how_it_stands_newest_first(en: Words) -> None:
    told = (
        SAID,
        other(id="m2"),
        other(id="m3"),
        other(id="m4", sender=ME),
        other(id="m5", expires_at=NOW),
    )
    shown = letters(told, {"m1"}, {"m2"}, ME, en, NOW)
    assert [(it.id, it.state) for it in shown] == [
        ("m5", "expired"), ("m4", "sent"), ("m3", "heard"), ("m2", "read"), ("m1", "new"),
    ]  # fmt: skip
    assert shown[-1].title == "李娜 → everyone"
    assert shown[-1].standing.startswith("New · valid until ")
    assert shown[0].standing.startswith("Expired · since ")
    assert shown[1].title == "me → everyone"


def test_a_recipient_is_called_by_name(en: Words) -> None:
    assert recipient(Recipient(kind="person", id=ME), ME, en) == "me"
    assert recipient(Recipient(kind="person", id="u-wang"), ME, en) == "Wang"
    assert recipient(Recipient(kind="warehouse", id="W-X"), ME, en) == "W-X"


def test_what_was_kept_and_what_is_told_are_one_list_without_what_is_long_over() -> None:
    old = other(id="m0", expires_at=NOW - 8 * DAY)
    over = other(id="m2", at=NOW - 2 * HOUR, expires_at=NOW - DAY)
    assert [m.id for m in merged((old, over, SAID), (SAID,), NOW)] == ["m2", "m1"]
    many = [other(id=f"x{n:03d}", at=NOW - n) for n in range(KEPT_MOST + 5)]
    assert len(merged(many, (), NOW)) == KEPT_MOST
