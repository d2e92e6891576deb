"""How often is a spoken command done, and how often a wrong one? Whole dialogues, voices never trained, in noise."""

import random
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from sync.domain.commands import Op
from sync.domain.exceptions import Reason
from tests.bench import voice_people
from tests.bench.voice_memory import Remembering
from tests.bench.voice_person import Person
from tests.bench.voice_scores import Score
from tests.bench.voice_sounds import (
    ENGLISH,
    MANDARIN,
    NOISES,
    Samples,
    by_headset,
    in_a_hall,
    loudness,
    noise,
    speak,
)
from tests.bench.voice_tasks import PLACE, ZH_WRITTEN, Task, tasks
from tests.voice.fakes import FakeDesk, order
from tests.voice.understanding import shipped
from voice.dialogue import INTENTS, Listen, Proposal
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session
from voice.understanding.meaning import Meaning
from voice.view import Step

SNRS = (20, 10, 5, 0)
QUIET = 0.001
OTHER_FORMS = "other digit forms"
Says = dict[str, Samples]


def conditions() -> dict[str, tuple[str, ...]]:
    """Condition → the rooms that it is made of."""
    noisy = {f"{snr} dB": tuple(f"{kind} {snr}" for kind in NOISES) for snr in SNRS}
    return {"clean": ("clean",), OTHER_FORMS: ("forms",), **noisy, "hall": ("hall",), "8 kHz": ("headset",)}


def synthetic(task: Task, number: int) -> Says:
    """All of it by one of the voices that the models never heard."""
    voices = ENGLISH if task.language is Language.EN else MANDARIN
    say = partial(speak, voices[number % len(voices)])
    return {"command": say(task.said), "confirm": say(task.answer), "cancel": say(task.refusal)}


def people(task: Task, number: int) -> Says:
    """The digits (and in Mandarin the answers) by a person; verbs and reasons, which nobody recorded, by a voice."""
    everybody = voice_people.speakers(task.language)
    person = everybody[number % len(everybody)]
    chance = random.Random(number)
    english = task.language is Language.EN
    written = task.spoken_digits if english else [ZH_WRITTEN[int(digit)] for digit in task.digits]
    say = partial(speak, (ENGLISH if english else MANDARIN)[0])
    confirm = say(task.confirm) if english else person.says(["确认"], chance)
    cancel = say(task.refusal) if english else person.says(["取消"], chance)
    confirm = voice_people.trimmed(confirm)
    answer = [confirm, person.says(written[-2:], chance)] if task.last_two else [confirm]
    rest = [voice_people.trimmed(say(task.rest))] if task.rest else []
    return {
        "command": np.concatenate([voice_people.trimmed(say(task.verb)), person.says(written, chance), *rest]),
        "confirm": np.concatenate(answer),
        "cancel": cancel,
    }


def run(
    language: Language,
    says: Callable[[Task, int], Says],
    count: int,
    recognition: Remembering,
    progress: Callable[[str], None],
    among: tuple[str, ...] = (),
) -> Iterator[tuple[str, str, Score]]:
    """(condition, room, score) for each room: ``count`` tasks, half of them in each of the five kinds of noise.

    ``among``: these conditions only.
    """
    wanted = tasks(language, count, random.Random(4))
    forms = tasks(language, count, random.Random(5), other_forms=True)
    for condition, rooms in conditions().items():
        if condition == OTHER_FORMS and says is not synthetic:
            continue  # nobody recorded them
        if among and condition not in among:
            continue
        for room in rooms:
            score = Score()
            here = forms if room == "forms" else wanted
            for number, task in enumerate(here[: count if len(rooms) == 1 else max(4, count // 2)]):
                score = score + play(task, room, number, says(task, number), recognition)
            progress(f"{language} {condition}: {room}, {score.total} tasks")
            yield condition, room, score


def play(task: Task, room: str, number: int, says: Says, recognition: Remembering) -> Score:
    """One person, one wish; everything is counted."""
    change = {"hall": in_a_hall, "headset": by_headset}.get(room)
    if change:
        says = {name: change(sound) for name, sound in says.items()}
    held = () if task.op is Op.INTERCEPT else ((task.reason or Reason.PAYMENT_CHECK),)
    target = order(f"SO99{task.digits}", company="Target", holds=held)
    twins = [order(f"SO99{twin}", company="Twin", holds=held) for twin in _twins(task.digits)]
    desk = FakeDesk(target, *twins)
    it = Session(desk, Equipment(recognition=lambda: recognition), language=task.language)
    talk = it._loop._talk

    def is_right() -> bool:
        return talk.state.proposal is not None and _is_meant(talk.state.proposal, task, target.id)

    def wake() -> None:
        it.push_to_talk(down=True)
        it.push_to_talk(down=False)

    person = Person(
        says,
        lambda: talk.state,
        is_right,
        room_of(room, loudness(says["command"]), number),
        lambda: recognition.owed,
        wake,
    )
    steps = it.hear(person)
    it.leave()
    return _judged(task, target.id, desk, person, steps)


def _is_meant(it: "Proposal | object", task: Task, target: str) -> bool:
    reason, op = getattr(it, "reason", None), getattr(it, "op", None)
    to = getattr(it, "args").to  # noqa: B009  of a Proposal or a Wish
    wanted = (task.reason or Reason.OTHER) if task.op is Op.INTERCEPT else None
    place = PLACE if task.op is Op.REASSIGN else None
    return (getattr(it, "order_id", None), op, reason, to and to.id) == (target, task.op, wanted, place)


def _judged(task: Task, target: str, desk: FakeDesk, person: Person, steps: tuple[Step, ...]) -> Score:
    score = Score()
    right = [wish for wish in desk.wishes if _is_meant(wish, task, target)]
    heard = next((step.text for step in steps if step.kind == "heard"), "")
    meaning = shipped.parser(task.language).parse(heard, INTENTS[Listen.COMMAND])
    score.total = 1
    score.sound = person.played
    score.done = int(len(right) == 1 == len(desk.wishes))
    score.wrong = len(desk.wishes) - len(right)
    score.misread = person.misread
    score.again = int(person.misread > 0 or any(step.kind == "not_understood" for step in steps))
    score.at_once = int(isinstance(meaning, Meaning))
    score.slots = int(
        isinstance(meaning, Meaning)
        and (meaning.order, meaning.reason, meaning.to and meaning.to.id)
        == (task.digits, task.reason, PLACE if task.op is Op.REASSIGN else None)
    )
    score.answers, score.silences = person.answers, person.silences
    return score


def _twins(digits: str) -> Iterator[str]:
    """Orders one digit away: a misheard digit finds another order."""
    for place in range(4):
        for other in "0123456789":
            if other != digits[place]:
                yield digits[:place] + other + digits[place + 1 :]


def room_of(room: str, speech: float, number: int) -> Callable[[int], Samples]:
    """Makes the sound of the room: noise so many dB (RMS) below the speech, or quiet."""
    kind, _, snr = room.partition(" ")
    if not snr:
        quiet = np.random.default_rng(number)
        return lambda count: np.asarray(QUIET * quiet.normal(size=count), dtype=np.float32)
    made = noise(kind, 20, number) * speech / 10 ** (float(snr) / 20)
    at = [0]

    def take(count: int) -> Samples:
        at[0] += count
        return np.array(np.take(made, np.arange(at[0] - count, at[0]), mode="wrap"), dtype=np.float32)

    return take
