"""What happens to workstations when the central's history does not continue what they saw?"""

import pytest

from sync.server.storage.base import AccessEntry
from sync.server.storage.writing import SqlWriting
from sync.wire.messages import Meta, ResultStatus
from tests.contract.world import World, problem_type, read


def meta(central: World) -> Meta:
    return read(central.http.get("/v1/meta"), Meta)


def begin_anew(central: World) -> int:
    with central.storage.write() as writing:
        return writing.renew_epoch("another", central.clock.now)


def test_a_new_epoch_says_until_when_its_history_reaches(central: World) -> None:
    assert meta(central).kept_until == 0
    central.put()
    central.clock.forward(seconds=60)
    last = central.clock.now
    central.east.send(central.east.command(central.put("A2", number="20261122004713").id, base=1))
    central.clock.forward(seconds=60)
    assert begin_anew(central) == last
    assert (meta(central).epoch, meta(central).kept_until) == ("another", last)


def test_a_second_restored_backup_does_not_hide_what_the_first_had_lost(central: World) -> None:
    """A workstation that was away meanwhile has to send again what it had settled between the two."""
    central.put()
    first = begin_anew(central)
    central.clock.forward(seconds=60)
    central.put("A2", number="20261122004713")
    assert begin_anew(central) == first == meta(central).kept_until


def test_a_loss_that_every_workstation_has_heard_of_is_forgotten(central: World) -> None:
    central.put()
    begin_anew(central)
    central.clock.forward(seconds=61 * 24 * 3600)
    central.put("A2", number="20261122004713")
    assert begin_anew(central) == meta(central).kept_until == central.clock.now


def test_a_loss_is_as_young_as_the_restoring_however_old_the_backup(central: World) -> None:
    """A workstation that was away since last night has to hear of it, though nothing had happened for months before."""
    central.put()
    central.clock.forward(seconds=90 * 24 * 3600)
    first = begin_anew(central)
    central.clock.forward(seconds=60)
    central.put("A2", number="20261122004713")
    assert begin_anew(central) == first == meta(central).kept_until


def test_a_loss_that_an_earlier_release_noted_is_taken_for_a_new_one(central: World) -> None:
    central.put()
    first = begin_anew(central)
    with central.storage.write() as writing:
        assert isinstance(writing, SqlWriting)
        writing._do("DELETE FROM central WHERE name = 'restored_at'")
    assert meta(central).kept_until == first
    central.clock.forward(seconds=90 * 24 * 3600)
    central.put("A2", number="20261122004713")
    assert begin_anew(central) == first
    central.clock.forward(seconds=90 * 24 * 3600)
    central.put("A3", number="20261122004714")
    assert begin_anew(central) == central.clock.now


def test_a_backup_of_a_quiet_central_whose_feed_was_pruned_still_knows_until_when_it_reaches(central: World) -> None:
    central.put()
    last = central.clock.now
    with central.storage.write() as writing:
        writing.prune(feed_before=last + 1, results_before=last + 1, now=last)
    assert begin_anew(central) == last == meta(central).kept_until


def test_a_backup_that_holds_nothing_at_all_has_lost_everything(central: World) -> None:
    assert begin_anew(central) == meta(central).kept_until == 1


def test_every_cursor_of_before_is_gone(central: World) -> None:
    central.put()
    cursor = central.east.orders().cursor
    begin_anew(central)
    answer = central.east.renew().get("changes", cursor=cursor)
    assert (answer.status_code, problem_type(answer)) == (410, "cursor-gone")
    assert central.east.changes(central.east.orders().cursor).count == 0


def test_a_command_that_the_backup_lost_is_taken_again_and_one_that_it_kept_is_not(central: World) -> None:
    order_id = central.put().id
    kept = central.east.command(order_id, base=1)
    (before,) = central.east.send(kept)
    begin_anew(central)
    lost = central.east.command(central.put("A2", number="20261122004713").id, base=1)
    again, anew = central.east.renew().send(kept, lost)
    assert again == before
    assert anew.status is ResultStatus.APPLIED
    assert central.order(order_id).version == 2


def test_the_access_trail_keeps_its_order(central: World) -> None:
    with central.storage.write() as writing:
        for at in (3, 1, 2):
            writing.note_access(AccessEntry(at, "x", "", "test"))
    with central.storage.read() as reading:
        assert [entry.at for entry in reading.access_trail(2)] == [1, 2]


@pytest.mark.parametrize("device", ["ws-1", "仓库 7"])
def test_a_revoked_workstation_is_out_at_once_and_stays_out_until_allowed(central: World, device: str) -> None:
    inside = central.sign_in("100", device=device).json()
    headers = {"authorization": f"Bearer {inside['access_token']}"}
    with central.storage.write() as writing:
        assert writing.revoke_device(device, central.clock.now) == 1
    assert central.http.get("/v1/orders", headers=headers).status_code == 401
    refresh = {"grant": "refresh", "refresh_token": inside["refresh_token"], "device": device}
    told = central.http.post("/v1/session", json=refresh)
    assert (told.status_code, problem_type(told)) == (403, "workstation-revoked")
    refused = central.sign_in("100", device=device)
    assert (refused.status_code, problem_type(refused)) == (403, "workstation-revoked")
    assert central.sign_in("100", device="ws-2").status_code == 200
    with central.storage.write() as writing:
        writing.allow_device(device)
    assert central.sign_in("100", device=device).status_code == 200


def test_who_came_in_and_who_did_not_stands_in_the_trail(central: World) -> None:
    central.sign_in("100", "0000", device="ws-9")
    person = central.person("100")
    central.http.delete("/v1/session", headers=person.headers)
    with central.storage.read() as reading:
        lines = [(entry.action, entry.who, entry.device) for entry in reading.access_trail(3)]
    assert lines == [
        ("sign_in_refused", "100", "ws-9"), ("sign_in_badge", "u-east", "ws-1"), ("sign_out", "u-east", "ws-1")
    ]  # fmt: skip


def test_many_failures_from_one_address_lock_it_for_every_badge(central: World) -> None:
    for number in range(50):
        assert central.sign_in(f"guess-{number}", "0000").status_code == 401
    locked = central.sign_in("100")
    assert (locked.status_code, locked.headers["retry-after"]) == (429, "60")
    assert "place" in locked.json()["detail"]
    central.clock.forward(seconds=60)
    assert central.sign_in("100").status_code == 200
