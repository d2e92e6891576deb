"""Which phrases of different meaning differ by one confusable sound? Phone by phone, where phones are known."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from voice.language import Language, join
from voice.understanding.meaning import Intent
from voice.understanding.phrases import Phrase, Phrases
from voice.understanding.template import Slot, Word, expand

Lexicon = Mapping[str, tuple[tuple[str, ...], ...]]
"""Word of the model → its pronunciations, as phones."""

Sounds = tuple[str, ...]


Together = Callable[[Intent, Intent], bool]
"""Whether both are listened for at the same time."""

LONG = 3
"""A slot counts as so many sounds: nobody drops a whole number by accident."""


def pairs(phrases: Phrases, lexicon: Lexicon, together: Together) -> Iterator[tuple[Phrase, str, Phrase, str]]:
    """(phrase, its words, other phrase of another intent, its words), one phone apart or none."""
    spoken = [
        (phrase, text, sounds)
        for phrase in phrases.phrases
        for text, sounds in _spoken(phrase, phrases.language, lexicon)
    ]
    for (one, text, sounds), (other, its, others) in combinations(spoken, 2):
        apart = one.intent is not other.intent and text != its
        if apart and together(one.intent, other.intent) and one_apart(sounds, others):
            yield one, text, other, its


def reasons(phrases: Phrases, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Pairs of words for different reasons that are one phone apart or none."""
    forms = [(join(phrases.language, words), reason) for words, reason in phrases.reasons.items()]
    known = [(text, reason, sounds) for text, reason in forms for sounds in _sounds(text, phrases.language, lexicon)]
    for (one, reason, sounds), (other, another, others) in combinations(known, 2):
        if reason is not another and one_apart(sounds, others):
            yield one, other


def _spoken(phrase: Phrase, language: Language, lexicon: Lexicon) -> Iterator[tuple[str, Sounds]]:
    """The ways to say the phrase as sounds; a slot is one sound of its own."""
    for skeleton in expand(phrase.node):
        parts: list[tuple[str, ...]] = []
        run: list[str] = []
        for part in (*skeleton, None):
            if isinstance(part, Word):
                run.append(part.text)
                continue
            if run:
                parts.append(next(_sounds(join(language, run), language, lexicon), ()))
                run = []
            if isinstance(part, Slot):
                parts.append((f"{{{part.name}}}",) * LONG)
        if all(parts):
            text = join(language, (f"{{{p.name}}}" if isinstance(p, Slot) else p.text for p in skeleton))
            yield text, tuple(sound for part in parts for sound in part)


def _sounds(text: str, language: Language, lexicon: Lexicon) -> Iterator[Sounds]:
    """The pronunciations of a text; none when a word of it is not in the lexicon."""
    if language is Language.EN:
        yield from _joined(text.split(), lexicon)
    else:
        for end in range(len(text), 0, -1):
            for first in lexicon.get(text[:end], ()):
                if end == len(text):
                    yield first
                else:
                    yield from (first + rest for rest in _sounds(text[end:], language, lexicon))


def _joined(words: Sequence[str], lexicon: Lexicon) -> Iterator[Sounds]:
    if not words:
        yield ()
        return
    for first in lexicon.get(words[0], ()):
        for rest in _joined(words[1:], lexicon):
            yield first + rest


def one_apart(one: Sounds, other: Sounds) -> bool:
    """Whether one becomes the other by changing, adding or dropping at most one sound."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one[same + (len(one) == len(other)) :] == other[same + 1 :]
