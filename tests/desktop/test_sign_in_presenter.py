"""Plain words for what keeps a person out."""

import inspect

import pytest

from desktop.sign_in.presenter import complaint, ready
from desktop.words import Words
from sync import errors
from sync.domain.apply import Refusal
from sync.errors import Answered, Refused, SignInLocked, SignInRefused, SyncError, WrongServer
from sync.wire.problems import Kind, Problem

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, SyncError)]


def make(kind: type[SyncError]) -> SyncError:
    if kind is Refused:
        return Refused(Refusal.CLOSED)
    if kind is Answered:
        return Answered(Problem(type=Kind.TOO_MANY.uri, title="slow down", status=429, detail="wait"))
    return kind("the cause")


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
@pytest.mark.parametrize("words", ["en", "zh"])
def test_every_error_of_sync_has_words(kind: type[SyncError], words: str, request: pytest.FixtureRequest) -> None:
    told = complaint(make(kind), request.getfixturevalue(words))
    assert told.title
    assert told.advice


def test_a_wrong_pin_asks_for_it_again_and_gives_no_detail(en: Words) -> None:
    told = complaint(SignInRefused("badge 2001 unknown"), en)
    assert told.retype_pin
    assert told.detail == ""


def test_the_cause_is_kept_for_whoever_helps(en: Words) -> None:
    assert complaint(WrongServer("HTML instead of JSON"), en).detail == "HTML instead of JSON"
    assert complaint(make(Answered), en).detail == "429 wait"


def test_an_error_that_nobody_foresaw_says_so(en: Words) -> None:
    told = complaint(ValueError("odd"), en)
    assert (told.title, told.detail) == ("Something unexpected happened", "odd")


@pytest.mark.parametrize(("badge", "pin", "enough"), [("", "1234", False), ("1", "123", False), ("1", "1234", True)])
def test_badge_and_four_digits_are_enough_to_try(badge: str, pin: str, enough: bool) -> None:
    assert ready(badge, pin) is enough


@pytest.mark.parametrize(("seconds", "until"), [(1, "16:01"), (60, "16:01"), (61, "16:02")])
def test_a_locked_badge_says_until_when(en: Words, seconds: int, until: str) -> None:
    at = 8 * 3600 * 1000
    told = complaint(SignInLocked("wait", float(seconds)), en, at)
    assert told.advice == f"Too many wrong tries. Try again at {until}."
    assert told.detail == ""
