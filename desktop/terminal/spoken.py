"""What do ``say`` and ``hear`` do? The same dialogue as at the microphone, from typed lines or recordings, printed."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from desktop.terminal.exits import Exit
from desktop.translator import Translator
from sync.domain.order import CommandKey
from sync.service import Desk
from sync.wire.messages import ResultStatus
from voice.dialogue import Mode
from voice.hearing.wav import Recording
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session
from voice.view import Step

_AT_REST = frozenset({Mode.ASLEEP, Mode.LISTENING, Mode.DONE})
_FRUITLESS = frozenset({"not_understood", "cancelled", "lost"})


Turns = Iterable[Callable[[Session], tuple[Step, ...]]]
"""What is said, one after the other; each answers with the steps that it led to."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a script gets with ``--json``: the steps, the command if there was one, and how it ended."""

    steps: tuple[Step, ...]
    key: str = ""
    status: str = ""
    outcome: str = ""
    exit: int = 0


def converse(
    desk: Desk,
    language: Language,
    models: tuple[Path, ...],
    turns: Turns,
    tell: Callable[[Step], None],
    phrases: Path | None = None,
) -> Said:
    """Take the turns one after the other in one dialogue, and judge how it ended."""
    session = Session(desk, Equipment(site_models=models, site_phrases=phrases), language=language)
    steps: list[Step] = []
    try:
        for turn in turns:
            taken = turn(session)
            steps += taken
            for step in taken:
                tell(step)
        at_rest = session.view.state in _AT_REST
    finally:
        session.stop()
    return judged(desk, steps, at_rest=at_rest)


def lines(texts: Sequence[str], wait: float) -> Turns:
    """One turn for each typed line; the central's answer is waited for ``wait`` seconds at most."""

    def turn(text: str) -> Callable[[Session], tuple[Step, ...]]:
        return lambda session: session.say(text, wait)

    return [turn(text) for text in texts]


def recordings(files: Sequence[Path], wait: float) -> Turns:
    """One turn for each sound file."""

    def turn(file: Path) -> Callable[[Session], tuple[Step, ...]]:
        return lambda session: session.hear(Recording(file), wait)

    return [turn(file) for file in files]


def judged(desk: Desk, steps: Sequence[Step], *, at_rest: bool) -> Said:
    """Done, queued or not done: by the last submitted command, else by whether the last words led to anything."""
    keys = [step.key for step in steps if step.kind == "submitted"]
    if not keys:
        fruitless = not steps or not at_rest or any(step.kind in _FRUITLESS for step in steps)
        return Said(steps=tuple(steps), exit=Exit.NOT_DONE if fruitless else Exit.DONE)
    result = desk.result(CommandKey(keys[-1]))
    if result is None:
        return Said(steps=tuple(steps), key=keys[-1], status="queued", exit=Exit.QUEUED)
    done = result.status is ResultStatus.APPLIED
    return Said(
        steps=tuple(steps),
        key=keys[-1],
        status=result.status.value,
        outcome=result.outcome.value if result.outcome else "",
        exit=Exit.DONE if done else Exit.NOT_DONE,
    )


def plain(step: Step, texts: Translator) -> str:
    """What a step says, without the codes that scripts get: verb and outcome in the language of ``texts``."""
    if step.kind == "submitted":
        op, _, tail = step.text.partition(" ")
        return f"{texts.text(f'op.{op}')} {tail}"
    if step.kind == "settled" and texts.has(f"outcome.{step.text}"):
        return texts.text(f"outcome.{step.text}")
    return step.text


def printed(step: Step, texts: Translator) -> str:
    """One step as a line for people."""
    who = "desk" if step.kind == "said" else step.kind
    return f"{texts.text(f'step.{who}'):>10}  {plain(step, texts)}"
