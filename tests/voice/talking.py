"""How do the session's tests make one, and what do they look at in its steps?"""

from tests.voice.fakes import FakeDesk
from voice.language import Language
from voice.session import Session
from voice.view import Step


def session(desk: FakeDesk, language: Language = Language.EN, **more: object) -> Session:
    return Session(desk, language=language, **more)  # type: ignore[arg-type]  # passed on as given


def kinds(steps: tuple[Step, ...]) -> list[str]:
    return [step.kind for step in steps]


def texts(steps: tuple[Step, ...], kind: str) -> list[str]:
    return [step.text for step in steps if step.kind == kind]
