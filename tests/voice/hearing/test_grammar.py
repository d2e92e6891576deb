"""What the recogniser listens for is safe for Vosk and made of the model's words."""

import json

import pytest

from tests.voice.understanding import shipped
from voice.dialogue import Listen
from voice.errors import GrammarError
from voice.hearing.grammar import UNKNOWN_TIMES, as_json, grammar, wanted
from voice.language import UNKNOWN, Language
from voice.models import SpeechModel, load
from voice.understanding.parser import Parser


@pytest.fixture(scope="module", params=Language)
def spoken(request: pytest.FixtureRequest) -> tuple[SpeechModel, Parser]:
    return load(request.param), shipped.parser(request.param)


@pytest.mark.parametrize("listen", Listen)
def test_every_word_is_in_the_model(spoken: tuple[SpeechModel, Parser], listen: Listen) -> None:
    model, parser = spoken
    words = {word for phrase in grammar(model, wanted(parser)[listen]) for word in phrase.split()} - {UNKNOWN}
    assert words
    assert all(map(model.has_word, words))


@pytest.mark.parametrize("listen", Listen)
def test_unknown_sound_has_its_weight(spoken: tuple[SpeechModel, Parser], listen: Listen) -> None:
    assert grammar(spoken[0], wanted(spoken[1])[listen]).count(UNKNOWN) == UNKNOWN_TIMES[listen]


def test_other_states_words_are_decoys() -> None:
    phrases = grammar(load(Language.EN), wanted(shipped.parser(Language.EN))[Listen.WAKE])
    assert {"confirm", "intercept", "seven", "alexa"} <= set(phrases)
    assert "intercept order" not in " ".join(phrases)


def test_chinese_reaches_vosk_as_it_is() -> None:
    text = as_json(("拦截 订单", UNKNOWN))
    assert "拦截" in text
    assert json.loads(text) == ["拦截 订单", UNKNOWN]


@pytest.mark.parametrize("phrases", [(), ("",), (" ",), ("hold", "<eps>")])
def test_what_crashes_vosk_is_refused(phrases: tuple[str, ...]) -> None:
    with pytest.raises(GrammarError):
        as_json(phrases)


def test_phrases_of_another_language_cannot_be_heard_at_all() -> None:
    with pytest.raises(GrammarError, match="en-embedded"):
        grammar(load(Language.EN), wanted(shipped.parser(Language.ZH))[Listen.WAKE])
