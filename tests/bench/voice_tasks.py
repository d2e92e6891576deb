"""What does somebody in the bench want done? Commands with the words that the voices are given."""

import random
from dataclasses import dataclass

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from voice.language import Language

EN_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
ZH_DIGITS = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
EN_REASONS = {Reason.BAD_ADDRESS: "wrong address", Reason.STOCK_OUT: "out of stock", Reason.DAMAGED: "damaged"}
ZH_REASONS = {Reason.BAD_ADDRESS: "di4zhi3", Reason.STOCK_OUT: "que1huo4", Reason.DAMAGED: "po4sun3"}


@dataclass(frozen=True, slots=True)
class Task:
    """One command that somebody wants done."""

    language: Language
    digits: str
    reason: Reason | None
    op: Op

    @property
    def said(self) -> str:
        if self.language is Language.EN:
            verb = "intercept" if self.op is Op.INTERCEPT else "release"
            words = [verb, "order", *(EN_DIGITS[int(d)] for d in self.digits)]
            return " ".join([*words, EN_REASONS[self.reason]] if self.reason else words)
        verb = "lan2jie2" if self.op is Op.INTERCEPT else "fang4xing2"
        words = [verb, "ding4dan1", *(ZH_DIGITS[int(d)] for d in self.digits)]
        return " ".join([*words, ZH_REASONS[self.reason]] if self.reason else words)

    @property
    def answer(self) -> str:
        tail = self.digits[-2:] if self.op is Op.RELEASE else ""
        english = self.language is Language.EN
        digits = EN_DIGITS if english else ZH_DIGITS
        return " ".join(["confirm" if english else "que4ren4", *(digits[int(d)] for d in tail)])

    @property
    def refusal(self) -> str:
        return "cancel" if self.language is Language.EN else "qu3xiao1"


def tasks(language: Language, count: int, chance: random.Random) -> list[Task]:
    reasons = [None, *EN_REASONS]
    return [
        Task(language, "".join(chance.choices("0123456789", k=4)), chance.choice(reasons) if number % 3 else None, op)
        for number in range(count)
        for op in ((Op.INTERCEPT, Op.RELEASE)[number % 4 == 3],)
    ]
