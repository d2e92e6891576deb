"""What if a newer central answers with words that this program does not know? A person is told what it said."""

import msgspec

from sync.domain.order import CommandKey
from sync.errors import MalformedAnswer
from sync.wire.codec import BadBodyError, decode
from sync.wire.messages import Result, ResultBatch, ResultStatus
from sync.wire.problems import STATUS, Kind, Problem

_LONGEST_QUOTE = 2000


class _Gist(msgspec.Struct, frozen=True):
    key: CommandKey
    status: str
    at: int


class _Answers(msgspec.Struct, frozen=True):
    results: tuple[msgspec.Raw, ...]
    count: int


def newer_answers(content: bytes, wrong: BadBodyError) -> ResultBatch:
    """The results that can be read, and for each other one its gist; raises MalformedAnswer when there is none.

    ``applied`` stays applied without its outcome; a status that is not known becomes a rejection that quotes it.
    """
    try:
        answers = decode(content, _Answers)
        results = tuple(_read(bytes(raw)) for raw in answers.results)
    except BadBodyError:
        raise MalformedAnswer(f"POST /v1/commands: {wrong}") from wrong
    return ResultBatch(results=results, count=answers.count)


def _read(body: bytes) -> Result:
    try:
        return decode(body, Result)
    except BadBodyError:
        gist = decode(body, _Gist)
    known = gist.status in {status.value for status in ResultStatus}
    kind = Kind.CLIENT_TOO_OLD
    quote = body[:_LONGEST_QUOTE].decode("utf-8", "replace")
    return Result(
        key=gist.key,
        status=ResultStatus(gist.status) if known else ResultStatus.REJECTED,
        at=gist.at,
        problem=Problem(type=kind.uri, title=kind.value, status=int(STATUS[kind]), detail=quote),
    )
