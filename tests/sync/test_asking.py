"""Do a person's direct questions reach the central under that person's token, and is what comes kept whole or not?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.api import CentralApi
from sync.domain.order import Attachment, OrderId
from sync.errors import Answered, MalformedAnswer, NotSignedIn
from sync.server.central import Settings
from sync.server.storage.sqlite import SqliteStorage
from sync.service import Desk
from sync.store.listing import ListQuery
from sync.wire.colleagues import Recipient
from sync.workstation import Workstation
from tests.contract.world import PEOPLE, PIN, SOURCE, World, stage, world


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    storage = SqliteStorage(tmp_path_factory.mktemp("asking") / "central.db")
    with stage(storage) as on, world(storage, Settings(), on) as made:
        yield made
    storage.close()


@pytest.fixture
def desk(central: World, tmp_path: Path) -> Iterator[Desk]:
    with Workstation(tmp_path / "desk", central.clock, use_keyring=False) as workstation:
        made = Desk(workstation, CentralApi(central.url, language=lambda: "en", verify=False), now=central.clock)
        made.sign_in("300", PIN, "en")
        yield made
        made.stop()


def test_a_message_reaches_the_colleague(desk: Desk, central: World) -> None:
    sent = desk.send_message(Recipient(kind="person", id="u-east"), "三号口先停", 15)
    heard = central.east.get("messages").json()["messages"]
    assert [m["id"] for m in heard] == [sent.id]


def test_what_one_person_says_never_goes_out_as_the_next_persons(
    desk: Desk, central: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    central.identity.add_account(PEOPLE["300"], "300", PIN)  # the token that is in use ends
    renew = desk._login.renew

    def renewed_while_a_colleague_takes_the_place(refused: str) -> None:
        renew(refused)
        desk.sign_in("100", PIN, "en")

    monkeypatch.setattr(desk._login, "renew", renewed_while_a_colleague_takes_the_place)
    with pytest.raises(NotSignedIn, match="somebody else"):
        desk.send_message(Recipient(kind="all"), "三号口先停", 15)


def test_a_view_is_shared_and_taken_back(desk: Desk, central: World) -> None:
    view = desk.share_view("0192f000-0000-7000-8000-00000000000a", "逾期", ListQuery(due="overdue"))
    assert [v["query"] for v in central.east.get("views").json()["views"]] == ['{"due":"overdue"}']
    desk.unshare_view(view.id)
    assert central.east.get("views").json()["count"] == 0


def test_a_file_is_saved_whole_or_not_at_all(desk: Desk, central: World, tmp_path: Path) -> None:
    order_id = central.put("F1", number="1").id
    headers = {"authorization": f"Bearer {central.service_token}", "content-type": "text/plain"}
    central.http.put(f"/v1/sources/{SOURCE}/orders/F1/attachments/letter.txt", content=b"hello", headers=headers)
    (named,) = central.order(order_id).attachments
    desk.save_attachment(order_id, named, tmp_path / "kept.txt")
    assert (tmp_path / "kept.txt").read_bytes() == b"hello"
    wrong = Attachment(id=named.id, name=named.name, media_type=named.media_type, size=6)
    with pytest.raises(MalformedAnswer, match="5 bytes instead of 6"):
        desk.save_attachment(order_id, wrong, tmp_path / "cut.txt")
    assert sorted(p.name for p in tmp_path.glob("*.txt*")) == ["kept.txt"]


def test_previous_orders_come_from_the_central(desk: Desk, central: World) -> None:
    one, two = (central.put(f"P{n}", number=f"{n}").id for n in (1, 2))
    for n in (1, 2):
        central.stop(f"P{n}")
    assert [order.id for order in desk.previous(two)] == [one]
    with pytest.raises(Answered):
        desk.previous(OrderId("unknown"))
    assert desk.previous_here(OrderId("unknown")) == ()
