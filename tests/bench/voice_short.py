"""Are the short commands heard, too? Louder, slower, next, help …: each by every voice, in quiet and in a hum."""

from collections.abc import Callable

import numpy as np

from tests.bench.measure import Measured
from tests.bench.voice_dialogues import room_of
from tests.bench.voice_memory import Remembering
from tests.bench.voice_scores import share
from tests.bench.voice_sounds import ENGLISH, MANDARIN, Samples, loudness, speak
from tests.voice.fakes import DIRECTORY
from voice.dialogue import INTENTS, Listen
from voice.hearing.source import FRAME_BYTES, RATE
from voice.language import Language
from voice.listening import Ear
from voice.tongue import Tongue
from voice.understanding.meaning import Intent, Meaning

ROOMS = ("clean", "hum 10")
SAID: dict[Language, dict[Intent, tuple[str, ...]]] = {
    Language.EN: {
        Intent.LOUDER: ("louder", "speak louder"),
        Intent.QUIETER: ("quieter", "speak quieter"),
        Intent.SLOWER: ("slower", "speak slower"),
        Intent.FASTER: ("faster", "speak faster"),
        Intent.REPEAT: ("repeat", "again", "say again"),
        Intent.HELP: ("help",),
        Intent.SLEEP: ("stop listening", "sleep"),
        Intent.NEXT: ("next",),
        Intent.PREVIOUS: ("previous",),
        Intent.HOW_MANY: ("how many", "how many orders"),
        Intent.CONFLICTS: ("conflicts", "read the conflicts"),
        Intent.UNDO: ("undo",),
    },
    Language.ZH: {
        Intent.LOUDER: ("da4sheng1", "da4sheng1 dian3", "da4 dian3sheng1"),
        Intent.QUIETER: ("xiao3sheng1", "xiao3sheng1 dian3", "xiao3 dian3sheng1"),
        Intent.SLOWER: ("man4dian3", "man4yi1dian3"),
        Intent.FASTER: ("kuai4dian3", "kuai4yi1dian3"),
        Intent.REPEAT: ("chong2fu4",),
        Intent.HELP: ("bang1zhu4",),
        Intent.SLEEP: ("xiu1mian2", "bie2ting1le5"),
        Intent.NEXT: ("xia4yi1ge4",),
        Intent.PREVIOUS: ("shang4yi1ge4",),
        Intent.HOW_MANY: ("you3 duo1shao3",),
        Intent.CONFLICTS: ("dai4chu3li3", "cha2kan4 dai4chu3li3"),
        Intent.UNDO: ("che4xiao1",),
    },
}


def measure(language: Language, recognition: Remembering, progress: Callable[[str], None]) -> Measured:
    """Right when the whole sound is one sentence with that meaning."""
    tongue = Tongue(language, DIRECTORY, recognition=recognition)
    facts: dict[str, object] = {}
    for room in ROOMS:
        missed: list[str] = []
        count = 0
        for intent, text in ((intent, text) for intent, texts in SAID[language].items() for text in texts):
            for number, voice in enumerate(ENGLISH if language is Language.EN else MANDARIN):
                heard = _heard(tongue, speak(voice, text), room, number)
                count += 1
                if [_meant(tongue, words) for words in heard] != [intent]:
                    missed.append(f"{text} by {voice} as {' / '.join(heard)}")
        facts[room] = f"right {share(count - len(missed), count)}" + "".join(f"; {it}" for it in missed)
        progress(f"short commands {language}: {room}")
    return Measured(name=f"short-{language}", what="short commands by voices never trained", floor="-", facts=facts)


def _heard(tongue: Tongue, sound: Samples, room: str, number: int) -> list[str]:
    whole = np.pad(sound, (RATE, RATE))
    whole = whole + room_of(room, loudness(sound), number)(len(whole))
    pcm = (np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes()
    ear = Ear()
    found = [
        ear.feed(pcm[at : at + FRAME_BYTES], tongue, Listen.COMMAND, 0)
        for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    ]
    return [spoken.text for spoken in (*found, ear.finish()) if spoken is not None]


def _meant(tongue: Tongue, words: str) -> Intent | None:
    meaning = tongue.parser.parse(words, INTENTS[Listen.COMMAND])
    return meaning.intent if isinstance(meaning, Meaning) else None
