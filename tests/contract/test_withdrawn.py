"""When is an access token taken away, and can anything still happen under it? Never, not even in the same moment."""

import contextlib
from collections.abc import Callable, Iterator

import msgspec
import pytest

from sync.domain.exceptions import Reason
from sync.domain.permissions import Role, User
from sync.server.storage.base import Storage, Writing
from sync.wire.messages import CommandBatch, ResultStatus
from tests.contract.world import EAST, PIN, WEST, Person, World, problem_type


def grant(central: World, person: Person, **changes: object) -> User:
    """Another role or scope for somebody, as ``user add`` gives it."""
    user = msgspec.structs.replace(person.user, **changes)
    badge = {"u-east": "100", "u-boss": "300"}[user.id]
    central.identity.add_account(user, badge, PIN)
    return user


def new_epoch(central: World) -> None:
    with central.storage.write() as writing:
        writing.renew_epoch("another", central.clock.now)


def revoked(central: World) -> None:
    with central.storage.write() as writing:
        writing.revoke_device("ws-1", central.clock.now)


def demoted(central: World) -> None:
    grant(central, central.boss, role=Role.OPERATOR)


def signed_out(central: World) -> None:
    assert central.http.delete("/v1/session", headers=central.boss.headers).status_code == 204


WITHDRAWALS = pytest.mark.parametrize("withdraw", [new_epoch, revoked, demoted, signed_out])


@WITHDRAWALS
def test_a_withdrawn_token_reads_and_sends_nothing(central: World, withdraw: Callable[[World], None]) -> None:
    order_id = central.put().id
    boss = central.boss
    command = boss.command(order_id, base=1)
    cursor = boss.orders().cursor
    withdraw(central)
    refused = [
        boss.post_batch(CommandBatch(commands=(command,))), boss.get("orders"), boss.get("changes", cursor=cursor),
        boss.get(f"orders/{order_id}/history"), boss.get("events"),
    ]  # fmt: skip
    assert {(answer.status_code, problem_type(answer)) for answer in refused} == {(401, "sign-in-again")}
    assert central.order(order_id).version == 1


@WITHDRAWALS
def test_a_batch_that_was_let_in_a_moment_before_is_refused_as_a_whole(
    central: World, withdraw: Callable[[World], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = central.put().id
    boss = central.boss
    command = boss.command(order_id, base=1)
    storage = central.storage
    write = storage.write

    @contextlib.contextmanager
    def one_moment_later() -> Iterator[Writing]:
        monkeypatch.setattr(storage, "write", write)
        withdraw(central)
        with write() as writing:
            yield writing

    monkeypatch.setattr(storage, "write", one_moment_later)
    answer = boss.post_batch(CommandBatch(commands=(command,)))
    assert (answer.status_code, problem_type(answer)) == (401, "sign-in-again")
    assert central.order(order_id).version == 1
    with storage.read() as reading:
        assert reading.result(command.key) is None


@pytest.mark.parametrize(
    "changes", [{"role": Role.OPERATOR}, {"warehouses": (EAST,)}, {"name": "王主任"}], ids=["role", "scope", "name"]
)
def test_who_is_changed_goes_on_under_a_new_token(central: World, changes: dict[str, object]) -> None:
    boss = central.boss
    cursor = boss.orders().cursor
    user = grant(central, boss, **changes)
    assert boss.get("orders").status_code == 401
    assert boss.renew().user == user
    status = boss.get("changes", cursor=cursor).status_code
    assert status == (200 if "name" in changes else 410)


def test_an_old_roles_token_never_shows_what_the_new_role_may_see(central: World) -> None:
    """Else the answer to a command would carry an unmasked order, or another warehouse's, into the old role's cache."""
    order_id = central.put().id
    east = central.east
    grant(central, east, role=Role.SUPERVISOR, warehouses=(EAST, WEST))
    batch = CommandBatch(commands=(east.command(order_id, base=1, reason=Reason.FRAUD),))
    assert "周文博" not in east.post_batch(batch).text
    (result,) = east.renew().send(*batch.commands)
    assert result.status is ResultStatus.APPLIED
    assert result.order is not None
    assert result.order.customer.contact == "周文博"


def test_only_the_changed_persons_tokens_are_withdrawn(central: World, storage: Storage) -> None:
    grant(central, central.boss, role=Role.OPERATOR)
    assert central.east.get("orders").status_code == 200
    assert central.ingest("PUT", "A1", {}).status_code == 400


def test_after_a_new_epoch_a_refreshed_client_meets_it_before_it_sends(central: World) -> None:
    """The order in which a workstation works: refused, renewed, told of the epoch, loaded anew, sent again."""
    order_id = central.put().id
    boss = central.boss
    lost = boss.command(order_id, base=1)
    new_epoch(central)
    assert boss.post_batch(CommandBatch(commands=(lost,))).status_code == 401
    assert central.http.get("/v1/meta").json()["epoch"] == "another"
    boss.renew()
    assert [order.id for order in boss.orders().orders] == [order_id]
    assert [result.status for result in boss.send(lost)] == [ResultStatus.APPLIED]
