"""How does an embedded model learn a word without training? Its pronunciation becomes a path in ``graph/HCLr.fst``.

For context-independent models with one state per phone, as the embedded ones are (``graph/phones.txt`` names their
phones as Kaldi does: AA_B, AA_I, AA_E, AA_S with their numbers). Format: OpenFst's vector FST (fst/lib/vector-fst.h).
Transition numbers of such a model: 2 × phone − 1 stays in the phone, 2 × phone goes on.
"""

import shutil
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from voice.errors import PronunciationWrong

Pronunciations = Mapping[str, tuple[str, ...]]
"""Word → its phones."""

_ARC = struct.Struct("<iifi")
_STATE = struct.Struct("<fq")
_VECTOR = struct.pack("<ii", 2125659606, 6) + b"vector"
"""How the only kind of graph begins that is understood here."""
_HEAD_BYTES = 26 + 4 + 4 + 8
"""Magic, "vector", "standard", version, flags, properties: kept as they are."""


@dataclass(slots=True)
class Arc:
    tid: int
    word: int
    weight: float
    to: int


class Graph:
    """States and arcs of one HCLr.fst. ``loop`` is where words begin, ``tail`` where they end."""

    def __init__(self, content: bytes) -> None:
        self._head = content[:_HEAD_BYTES]
        self._start, count, _ = struct.unpack_from("<qqq", content, _HEAD_BYTES)
        self._finals: list[float] = []
        self._arcs: list[list[Arc]] = []
        at = _HEAD_BYTES + 24
        for _ in range(count):
            final, arcs = _STATE.unpack_from(content, at)
            at += _STATE.size
            self._finals.append(final)
            self._arcs.append([Arc(*_ARC.unpack_from(content, at + _ARC.size * i)) for i in range(arcs)])
            at += _ARC.size * arcs
        self._loop = next(state for state, final in enumerate(self._finals) if final == 0)
        ends = (arc.to for arc in self._arcs[self._loop] if arc.word)
        self._tail = next(arc.to for arc in self._arcs[next(ends)] if not arc.tid)

    def add(self, word: int, phones: Sequence[int]) -> None:
        """One more way to get from ``loop`` to ``tail``: through these phones, saying ``word`` with the last."""
        state = self._loop
        for number, phone in enumerate(phones, 1):
            last = number == len(phones)
            new = self._new_state(Arc(2 * phone - 1, 0, 0.0, len(self._arcs)))
            self._arcs[state].append(Arc(2 * phone, word if last else 0, 0.0, new))
            state = new
        self._arcs[state].append(Arc(0, 0, 0.0, self._tail))

    def _new_state(self, loop: Arc) -> int:
        self._finals.append(float("inf"))
        self._arcs.append([loop])
        return len(self._arcs) - 1

    def paths(self) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Every word with the phones that say it."""
        waiting: list[tuple[int, tuple[int, ...]]] = [(self._loop, ())]
        while waiting:
            state, phones = waiting.pop()
            for arc in self._arcs[state]:
                if arc.to == state or not arc.tid:
                    continue
                said = (*phones, arc.tid // 2)
                if arc.word:
                    yield arc.word, said
                else:
                    waiting.append((arc.to, said))

    def content(self) -> bytes:
        """The file, each state's arcs sorted by word, as Vosk's composition needs them."""
        parts = [self._head, struct.pack("<qqq", self._start, len(self._arcs), sum(map(len, self._arcs)))]
        for final, arcs in zip(self._finals, self._arcs, strict=True):
            parts.append(_STATE.pack(final, len(arcs)))
            ordered = sorted(arcs, key=lambda arc: (arc.word, arc.tid))
            parts += [_ARC.pack(arc.tid, arc.word, arc.weight, arc.to) for arc in ordered]
        return b"".join(parts)


def can_learn(model: Path) -> bool:
    """Whether words can be taught to it: the publisher's full models keep other graphs, and do not name their phones.

    They know tens of thousands of words; what they lack all the same, no phrase can use.
    """
    named = all((model / "graph" / name).is_file() for name in ("phones.txt", "words.txt", "HCLr.fst"))
    if not named:
        return False
    with (model / "graph/HCLr.fst").open("rb") as file:
        return file.read(len(_VECTOR)) == _VECTOR


def phones_of(model: Path) -> dict[str, int]:
    """The phones of the model with their numbers; raises PronunciationWrong when it does not name them."""
    path = model / "graph" / "phones.txt"
    if not path.is_file():
        raise PronunciationWrong(f"{model.name} cannot learn words: it has no graph/phones.txt", word="", phone="")
    return {name: int(number) for name, number in map(str.split, path.read_text(encoding="utf-8").splitlines())}


def numbers(phones: Mapping[str, int], word: str, spoken: Sequence[str]) -> list[int]:
    """The phones of a word by their place in it; raises PronunciationWrong for one that the model does not have."""
    places = "S" if len(spoken) == 1 else "B" + "I" * (len(spoken) - 2) + "E"
    found = []
    for phone, place in zip(spoken, places, strict=True):
        if f"{phone}_{place}" not in phones:
            raise PronunciationWrong(f"{word!r}: the model has no phone {phone!r}", word=word, phone=phone)
        found.append(phones[f"{phone}_{place}"])
    return found


def with_words(model: Path, words: Pronunciations, copy: Path) -> None:
    """``copy`` becomes the model with these words too; those that it has keep their old pronunciation as well.

    Raises PronunciationWrong for a word that it neither has nor can say.
    """
    phones = phones_of(model)
    shutil.copytree(model, copy)
    lines = (model / "graph/words.txt").read_text(encoding="utf-8").splitlines()
    known = {word: int(number) for word, number in map(str.split, lines)}
    graph = Graph((model / "graph/HCLr.fst").read_bytes())
    for word, spoken in words.items():
        try:
            way = numbers(phones, word, spoken)
        except PronunciationWrong:
            if word in known:  # it says this word in its own way
                continue
            raise
        graph.add(known.setdefault(word, len(known)), way)
    (copy / "graph/HCLr.fst").write_bytes(graph.content())
    listed = "".join(f"{word} {number}\n" for word, number in known.items())
    (copy / "graph/words.txt").write_text(listed, encoding="utf-8")


def lexicon(model: Path) -> dict[str, tuple[tuple[str, ...], ...]]:
    """How the model says its words, read from its graph; nothing for a model that does not name its phones."""
    if not can_learn(model):
        return {}
    names = {number: name.rpartition("_")[0] or name for name, number in phones_of(model).items()}
    lines = (model / "graph/words.txt").read_text(encoding="utf-8").splitlines()
    words = {int(number): word for word, number in map(str.split, lines)}
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for word, phones in Graph((model / "graph/HCLr.fst").read_bytes()).paths():
        found[words[word]] = (*found.get(words[word], ()), tuple(names[phone] for phone in phones))
    return found
