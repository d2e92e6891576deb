"""What does somebody in the bench want done? Commands with the words that the voices are given."""

import random
from dataclasses import dataclass, replace
from itertools import groupby

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from voice.language import Language

EN_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ZH_DIGITS = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
OTHER_EN = {0: "oh"}
OTHER_ZH = {0: "dong4", 1: "yao1", 2: "liang3", 7: "guai3", 9: "gou1"}
REPEATS = {2: "double", 3: "triple"}
ZH_WRITTEN = "零一二三四五六七八九"
EN_REASONS = {Reason.BAD_ADDRESS: "wrong address", Reason.STOCK_OUT: "out of stock", Reason.DAMAGED: "damaged"}
ZH_REASONS = {Reason.BAD_ADDRESS: "di4zhi3", Reason.STOCK_OUT: "que1huo4", Reason.DAMAGED: "po4sun3"}
PLACES = {Language.EN: "to east warehouse", Language.ZH: "zhuan3gei3 dong1cang1"}
PLACE = "W-EAST"
_VERBS = {
    Language.EN: {Op.INTERCEPT: "intercept order", Op.RELEASE: "release order", Op.REASSIGN: "reassign order"},
    Language.ZH: {
        Op.INTERCEPT: "lan2jie2 ding4dan1",
        Op.RELEASE: "fang4xing2 ding4dan1",
        Op.REASSIGN: "zhuan3dan1 ding4dan1",
    },
}


@dataclass(frozen=True, slots=True)
class Task:
    """One command that somebody wants done."""

    language: Language
    digits: str
    reason: Reason | None
    op: Op
    other_forms: bool = False

    @property
    def verb(self) -> str:
        return _VERBS[self.language][self.op]

    @property
    def spoken_digits(self) -> list[str]:
        return self._spoken(self.digits)

    def _spoken(self, digits: str) -> list[str]:
        """Digits one by one; with ``other_forms`` oh and double four, 幺 两 拐 洞 勾."""
        english = self.language is Language.EN
        words, other = (EN_DIGITS, OTHER_EN) if english else (ZH_DIGITS, OTHER_ZH)
        if not self.other_forms:
            return [words[int(digit)] for digit in digits]
        said: list[str] = []
        for digit, run in groupby(digits):
            times, word = len(list(run)), other.get(int(digit), words[int(digit)])
            said += [REPEATS[times], word] if english and times in REPEATS else [word] * times
        return said

    @property
    def rest(self) -> str:
        """What follows the number."""
        if self.op is Op.REASSIGN:
            return PLACES[self.language]
        reasons = EN_REASONS if self.language is Language.EN else ZH_REASONS
        return reasons[self.reason] if self.reason else ""

    @property
    def said(self) -> str:
        return " ".join([self.verb, *self.spoken_digits, self.rest]).strip()

    @property
    def confirm(self) -> str:
        return "confirm" if self.language is Language.EN else "que4ren4"

    @property
    def last_two(self) -> list[str]:
        """What the confirmation needs beside the word."""
        return [] if self.op is Op.INTERCEPT else self._spoken(self.digits[-2:])

    @property
    def answer(self) -> str:
        return " ".join([self.confirm, *self.last_two])

    @property
    def refusal(self) -> str:
        return "cancel" if self.language is Language.EN else "qu3xiao1"


def tasks(language: Language, count: int, chance: random.Random, *, other_forms: bool = False) -> list[Task]:
    """Intercepts with and without a reason, releases and reassignments."""
    reasons = [None, *EN_REASONS]
    made = [_task(language, number, reasons, chance) for number in range(count)]
    return (
        [replace(task, digits=_forms(task.digits, chance), other_forms=True) for task in made] if other_forms else made
    )


def _forms(digits: str, chance: random.Random) -> str:
    """A number with what has other forms: a zero, and a digit twice or three times in a row."""
    return chance.choice([digits[:2] + digits[1] + "0", digits[0] * 3 + digits[3], "01" + digits[2] * 2, "2790"])


def _task(language: Language, number: int, reasons: list[Reason | None], chance: random.Random) -> Task:
    op = (Op.INTERCEPT, Op.INTERCEPT, Op.REASSIGN, Op.RELEASE)[number % 4]
    reason = chance.choice(reasons) if op is not Op.REASSIGN else None
    return Task(language, "".join(chance.choices("0123456789", k=4)), reason, op)
