"""Does an answer in words of a newer central reach a person, while a broken one is asked for again?"""

import json

import pytest

from sync.client.newer import newer_answers
from sync.errors import MalformedAnswer
from sync.wire.codec import BadBodyError
from sync.wire.messages import ResultStatus

WRONG = BadBodyError("what was wrong")
PLAIN = {"key": "k-1", "status": "applied", "at": 5, "outcome": "stopped"}


def body(*results: object) -> bytes:
    return json.dumps({"results": results, "count": len(results)}).encode()


def test_a_status_of_tomorrow_becomes_a_rejection_that_quotes_it() -> None:
    plain, strange = newer_answers(body(PLAIN, {"key": "k-2", "status": "deferred", "at": 7}), WRONG).results
    assert plain.status is ResultStatus.APPLIED
    assert (strange.key, strange.status, strange.at) == ("k-2", ResultStatus.REJECTED, 7)
    assert strange.problem is not None
    assert "deferred" in strange.problem.detail


def test_an_outcome_of_tomorrow_does_not_make_an_applied_command_a_rejected_one() -> None:
    (result,) = newer_answers(body(PLAIN | {"outcome": "teleported"}), WRONG).results
    assert (result.status, result.outcome) == (ResultStatus.APPLIED, None)


@pytest.mark.parametrize("broken", [b"", b"{", body({"status": "applied"}), body(7), b'{"results": []}'])
def test_what_is_merely_broken_stays_broken(broken: bytes) -> None:
    with pytest.raises(MalformedAnswer, match="what was wrong"):
        newer_answers(broken, WRONG)
