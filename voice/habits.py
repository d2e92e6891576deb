"""How does this person want to be spoken to? Language, loudness and speed, kept by badge on this workstation."""

from pathlib import Path

import msgspec

from sync.domain.order import UserId
from voice.language import Language


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """``language`` is None until the person has chosen one; the others are steps from the usual voice."""

    language: Language | None = None
    louder: int = 0
    faster: int = 0


_file = msgspec.json.Decoder(dict[str, Habit])


class Habits:
    """Kept in a file; without one for as long as the program runs. A damaged file counts as none.

    ``language_fixed``: a policy decides the language, whoever comes.
    """

    def __init__(self, path: Path | None, *, language_fixed: bool = False) -> None:
        self._path = path
        self._language_fixed = language_fixed
        self._known: dict[str, Habit] = self._read()

    def _read(self) -> dict[str, Habit]:
        if self._path is None or not self._path.is_file():
            return {}
        try:
            return _file.decode(self._path.read_bytes())
        except msgspec.DecodeError:
            return {}

    def of(self, user: UserId) -> Habit:
        habit = self._known.get(user, Habit())
        return msgspec.structs.replace(habit, language=None) if self._language_fixed else habit

    def keep(self, user: UserId, habit: Habit) -> None:
        """In one move, so that a cut power line leaves the old file. Raises OSError."""
        self._known[user] = habit
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(self._known))
            new.replace(self._path)
