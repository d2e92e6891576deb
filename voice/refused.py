"""Is the sound of a sentence that nobody understood kept? Only where people opted in; a while; deleted when they say.

Everything is in one folder of this workstation and leaves it never: ``opted-in`` (its being there is the consent) and
for each sentence a WAV file with the words that were heard, in a text file beside it.
"""

import wave
from collections.abc import Callable, Iterable
from pathlib import Path

from sync.domain.commands import Heard
from voice.hearing.source import RATE

KEPT_DAYS = 14
_DAY_MS = 86_400_000
CONSENT = "opted-in"


class Refused:
    """``now`` is Unix ms. Without a folder, or without consent, nothing is written."""

    def __init__(self, folder: Path | None, now: Callable[[], int]) -> None:
        self.folder = folder
        self._now = now

    @property
    def wanted(self) -> bool:
        return self.folder is not None and (self.folder / CONSENT).is_file()

    def want(self, *, keep: bool) -> None:
        """Consent, or take it back; what was kept stays until ``delete``."""
        if self.folder is not None and keep:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / CONSENT).write_text("", encoding="utf-8")
        elif self.folder is not None:
            (self.folder / CONSENT).unlink(missing_ok=True)

    def keep(self, pcm: bytes, heard: Heard) -> None:
        """One sentence, if people want that; and what is too old goes. Raises OSError."""
        if self.folder is None or not self.wanted:
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

    def expire(self) -> int:
        """Delete what is older than 14 days; how many."""
        oldest = self._now() - KEPT_DAYS * _DAY_MS
        return self._remove(path for path in self.kept() if int(path.name.partition("-")[0]) < oldest)

    def delete(self) -> int:
        """Delete every sound; how many."""
        return self._remove(self.kept())

    def _remove(self, paths: Iterable[Path]) -> int:
        gone = 0
        for path in tuple(paths):
            path.with_suffix(".txt").unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            gone += 1
        return gone
