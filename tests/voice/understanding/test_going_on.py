"""Whether a sentence may go on decides how long its end is waited for: never too short where digits may follow."""

import pytest

from tests.voice.understanding import shipped
from voice.dialogue import INTENTS, Listen
from voice.language import Language


@pytest.mark.parametrize(
    ("language", "listen", "text", "may"),
    [
        (Language.EN, Listen.WAKE, "hello", True),
        (Language.EN, Listen.WAKE, "hello desk", False),
        (Language.EN, Listen.COMMAND, "", True),
        (Language.EN, Listen.COMMAND, "intercept order", True),
        (Language.EN, Listen.COMMAND, "intercept order four seven", True),
        (Language.EN, Listen.COMMAND, "intercept order four seven one two", True),
        (Language.EN, Listen.COMMAND, "read one two three four five six seven eight", False),
        (Language.EN, Listen.COMMAND, "intercept one two three four five six seven eight nine", False),
        (Language.EN, Listen.COMMAND, "intercept one two three four double", True),
        (Language.EN, Listen.COMMAND, "intercept order four seven one two wrong", True),
        (Language.EN, Listen.COMMAND, "intercept order four seven one two wrong address", False),
        (Language.EN, Listen.COMMAND, "intercept order four seven one two customer", True),
        (Language.EN, Listen.COMMAND, "reassign four seven one two to", True),
        (Language.EN, Listen.COMMAND, "reassign four seven one two to east", True),
        (Language.EN, Listen.COMMAND, "reassign four seven one two to carrier alpha", False),
        (Language.EN, Listen.COMMAND, "next banana", False),
        (Language.EN, Listen.COMMAND, "undo", False),
        (Language.EN, Listen.CONFIRM, "confirm", True),
        (Language.EN, Listen.CONFIRM, "confirm one two three four five six seven eight", False),
        (Language.EN, Listen.CONFIRM, "no", True),
        (Language.EN, Listen.CONFIRM, "cancel", False),
        (Language.EN, Listen.WHICH, "select", True),
        (Language.EN, Listen.WHICH, "select two", False),
        (Language.ZH, Listen.COMMAND, "拦截 订单 八 三 六 五 缺货", False),
        (Language.ZH, Listen.COMMAND, "拦截 订单 八 三 六 五 客户", True),
        (Language.ZH, Listen.COMMAND, "转单 八 三 六 五 转给 东仓", False),
    ],
)
def test_a_sentence_may_go_on_or_not(language: Language, listen: Listen, text: str, may: bool) -> None:
    assert shipped.parser(language).may_go_on(text, INTENTS[listen]) is may


@pytest.mark.parametrize("language", Language)
def test_every_beginning_of_a_test_sentence_may_go_on(language: Language) -> None:
    parser = shipped.parser(language)
    for intent, example, _, _ in parser.phrases.examples:
        words = example.say.split() if language is Language.EN else list(example.say)
        for end in range(1, len(words)):
            beginning = ("" if language is Language.ZH else " ").join(words[:end])
            if not beginning.endswith((" ", "，", ",")):
                assert parser.may_go_on(beginning, frozenset({intent})), beginning
