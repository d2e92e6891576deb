"""How the line to the central stands, and what to do."""

import pytest

from desktop.connection.presenter import CALM, advice, pill
from desktop.words import Words
from sync.events import Connection, Link


def test_online_is_calm(en: Words) -> None:
    shown = pill(Connection(link=Link.ONLINE), en)
    assert (shown.label, shown.unsent, shown.tone) == ("Online", "", "ok")
    assert advice(Connection(link=Link.ONLINE), en) is None


def test_unsent_commands_are_counted(en: Words, zh: Words) -> None:
    connection = Connection(link=Link.OFFLINE, unsent=3, problem="central_unreachable")
    assert pill(connection, en).unsent == "3 unsent"
    assert pill(connection, zh).unsent == "3 条未发送"
    told = advice(connection, en)
    assert told is not None
    assert told.title == "The central does not answer."
    assert told.body.endswith("3 commands are waiting.")


def test_one_command_is_waiting(en: Words) -> None:
    told = advice(Connection(link=Link.OFFLINE, unsent=1), en)
    assert told is not None
    assert told.body.endswith("1 command is waiting.")


def test_orders_are_counted_while_they_are_fetched(en: Words) -> None:
    assert pill(Connection(link=Link.PULLING, pulled=12345), en).label == "Fetching: 12,345"
    assert pill(Connection(link=Link.PULLING), en).label == "Fetching orders"


def test_the_cause_is_named_where_there_are_words_for_it(en: Words) -> None:
    wrong = pill(Connection(link=Link.OFFLINE, problem="wrong_server"), en)
    assert "Something else answers" in wrong.title
    assert "unheard" not in pill(Connection(link=Link.OFFLINE, problem="unheard"), en).title


@pytest.mark.parametrize("link", [link for link in Link if link not in CALM])
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_trouble_says_what_to_do(link: Link, words: str, request: pytest.FixtureRequest) -> None:
    told = advice(Connection(link=link), request.getfixturevalue(words))
    assert told is not None
    assert told.body
    assert told.sign_in == (link in {Link.SIGN_IN_AGAIN, Link.WORKSTATION_REVOKED})


@pytest.mark.parametrize("link", list(Link))
def test_every_link_has_its_pill(link: Link, zh: Words) -> None:
    assert pill(Connection(link=link), zh).label


def test_who_must_sign_in_again_is_named(en: Words, zh: Words) -> None:
    there = Connection(link=Link.ONLINE, unsent=2, waits_for=("李伟", "Mei"))
    assert "Waits for 李伟, Mei to sign in again." in pill(there, en).title
    assert "等待 李伟、Mei 重新登录后发送。" in pill(there, zh).title
