"""Is the sound of a sentence that nobody understood kept? Only of people who want that; a while; deleted when they say.

Everything is in one folder of this workstation and leaves it never: ``opted-in`` has the ids of the people who consent,
one a line, and for each sentence there is a WAV file with the words that were heard in a text file beside it.
"""

import wave
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sync.domain.commands import Heard
from sync.domain.order import UserId
from voice.hearing.source import RATE

KEPT_DAYS = 14
_DAY_MS = 86_400_000
CONSENT = "opted-in"


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept now. ``allowed``: the site lets people consent; ``wanted``: whoever is signed in does;
    ``days``: so long a sound is kept.
    """

    allowed: bool
    wanted: bool
    sounds: int = 0
    bytes: int = 0
    days: int = KEPT_DAYS


class Refused:
    """``now`` is Unix ms. Without a folder (a policy forbids it), or without consent, nothing is written."""

    def __init__(self, folder: Path | None, now: Callable[[], int]) -> None:
        self.folder = folder
        self._now = now

    def wanted_by(self, user: UserId | None) -> bool:
        return user is not None and user in self._willing()

    def _willing(self) -> frozenset[str]:
        path = None if self.folder is None else self.folder / CONSENT
        if path is None or not path.is_file():
            return frozenset()
        return frozenset(path.read_text(encoding="utf-8").splitlines())

    def want(self, user: UserId, *, keep: bool) -> None:
        """Consent, or take it back; what was kept stays until ``delete``. Raises OSError."""
        if self.folder is None:
            return
        willing = self._willing() | {user} if keep else self._willing() - {user}
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / CONSENT).write_text("".join(f"{each}\n" for each in sorted(willing)), encoding="utf-8")

    def keep(self, pcm: bytes, heard: Heard, user: UserId | None) -> None:
        """One sentence, if whoever said it wants that; and what is too old goes. Raises OSError."""
        if self.folder is None or not self.wanted_by(user):
            return
        self.expire()
        path = self.folder / f"{self._now()}-{heard.language}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pcm)
        path.with_suffix(".txt").write_text(heard.transcript + "\n", encoding="utf-8")

    def kept(self) -> tuple[Path, ...]:
        """The sounds, oldest first."""
        return tuple(sorted(self.folder.glob("*.wav"))) if self.folder is not None else ()

    def held(self, user: UserId | None) -> Held:
        """How much there is, once what is too old is gone."""
        self.expire()
        sounds = self.kept()
        size = sum(path.stat().st_size for path in sounds)
        return Held(self.folder is not None, self.wanted_by(user), len(sounds), size)

    def expire(self) -> int:
        """Delete what is older than 14 days; how many."""
        oldest = self._now() - KEPT_DAYS * _DAY_MS
        return self._remove(path for path in self.kept() if int(path.name.partition("-")[0]) < oldest)

    def delete(self) -> int:
        """Delete every sound; how many."""
        return self._remove(self.kept())

    def forget(self) -> int:
        """Delete every sound and everybody's consent; how many sounds."""
        if self.folder is not None:
            (self.folder / CONSENT).unlink(missing_ok=True)
        return self.delete()

    def _remove(self, paths: Iterable[Path]) -> int:
        gone = 0
        for path in tuple(paths):
            path.with_suffix(".txt").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            gone += 1
        return gone
