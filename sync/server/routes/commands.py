"""What becomes of commands? Taken in batches, a batch settled in one transaction, each fate kept."""

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from sync.domain.permissions import User
from sync.server.access import StaffRequest, central_of, staff
from sync.server.answers import FOR_STAFF, documented
from sync.server.bodies import Exact
from sync.server.central import Central, in_thread
from sync.server.errors import Answer
from sync.server.identity import Caller
from sync.server.rules.commands import check_shape, settle
from sync.server.rules.sight import told_again
from sync.wire.codec import decode, encode
from sync.wire.messages import CommandBatch, Result, ResultBatch
from sync.wire.problems import Kind

JSON = "application/json"


def _settle_all(central: Central, caller: Caller, batch: CommandBatch) -> ResultBatch:
    check_shape(batch)
    with central.storage.write() as writing:
        user = central.identity.still(writing, caller).user
        results = [settle(writing, user, caller.device, command, central.clock()) for command in batch.commands]
    for command, result in zip(batch.commands, results, strict=True):
        central.metrics.settled(command.op, result.status)
    return ResultBatch(results=tuple(results), count=len(results))


@post(
    "/commands",
    operation_id="commands",
    dto=Exact,
    return_dto=None,
    guards=[staff],
    security=[{"staff": []}],
    status_code=200,
    responses=documented(
        ResultBatch, "One result per command, in their order", *FOR_STAFF, Kind.TOO_LARGE, Kind.UNSUPPORTED
    ),
)
async def commands(request: StaffRequest, data: JSONBody[CommandBatch]) -> Response[bytes]:
    """Settle up to 50 commands in their order. Sent again, a command answers with the result that it had."""
    results = await in_thread(_settle_all, central_of(request), request.user, data)
    return Response(encode(results), media_type=JSON)


def _result(central: Central, user: User, key: str) -> bytes:
    with central.storage.read() as reading:
        known = reading.result(key)
    if known is None or known.issued_by != user.id:
        raise Answer(Kind.NOT_FOUND, "no_such_command")
    return encode(told_again(decode(known.body, Result), user))


@get(
    "/commands/{key:str}",
    operation_id="command_result",
    guards=[staff],
    security=[{"staff": []}],
    responses=documented(Result, "The kept result", *FOR_STAFF, Kind.NOT_FOUND),
)
async def command_result(request: StaffRequest, key: FromPath[str]) -> Response[bytes]:
    """The fate of one of the caller's own commands."""
    return Response(await in_thread(_result, central_of(request), request.user.user, key), media_type=JSON)
