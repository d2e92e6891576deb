"""What can happen to the dialogue? Times are not in here: the clock is passed to ``step``."""

from dataclasses import dataclass
from typing import Literal

from sync.domain.apply import Refusal
from sync.domain.commands import Heard
from sync.domain.order import CommandKey
from sync.store.projection import Seen
from sync.wire.messages import Result
from voice.dialogue.state import Candidate, News
from voice.dialogue.wording import Said
from voice.understanding.meaning import Meaning, NotUnderstood


@dataclass(frozen=True, slots=True)
class Utterance:
    """Somebody said (or typed) something. ``turn`` is that in which it began."""

    meaning: Meaning | NotUnderstood
    turn: int
    heard: Heard | None = None


@dataclass(frozen=True, slots=True)
class TalkKey:
    """Push-to-talk went down or up."""

    down: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class SpeechDone:
    """Everything that was to be said has been said (and the microphone is open again)."""


@dataclass(frozen=True, slots=True)
class Found:
    """The open orders that the digits of the last Find may mean."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The order of the proposal looks like this now; None when it is gone."""

    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The last Submit is durable."""

    key: CommandKey


@dataclass(frozen=True, slots=True)
class Failed:
    """The last effect could not be done: the rules refuse it, or an error with this key."""

    refusal: Refusal | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last TakeBack worked: withdrawn before it was sent (None), or by this undo command."""

    key: CommandKey | None


@dataclass(frozen=True, slots=True)
class Looked:
    """The order that Walk came to; None when the list is empty."""

    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer to Count."""

    stopped: int


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The next of the commands that somebody has to decide about; None when there is none."""

    case: News | None


@dataclass(frozen=True, slots=True)
class Settled:
    """The central answered a command. ``epoch``: its history at that time."""

    result: Result
    epoch: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A supervisor says something to this person; told when nothing else is under way, void after ``until``."""

    text: str
    name: str = ""
    id: str = ""
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the workstation itself that a person should know; told when nothing else is under way."""

    what: Said


@dataclass(frozen=True, slots=True)
class Link:
    """Whether commands reach the central now."""

    online: bool


@dataclass(frozen=True, slots=True)
class SoundLost:
    """Samples were lost, the microphone is gone or the recogniser died: what was heard is not to be trusted."""

    why: Literal["overflow", "microphone", "recogniser"]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Put the pending command away: a button, a switch of language, the end of the program.

    ``left``: the person has gone; what was still to be told to that person is told to nobody else.
    """

    left: bool = False


Event = (
    Utterance
    | TalkKey
    | Tick
    | SpeechDone
    | Found
    | Changed
    | Submitted
    | Failed
    | TakenBack
    | Looked
    | Counted
    | Reviewed
    | Settled
    | Message
    | Remark
    | Link
    | SoundLost
    | Cancelled
)
