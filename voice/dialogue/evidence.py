"""What was said until a command was given? Wish, choice, corrections, confirmation: all of it goes with the command."""

from sync.domain.commands import Heard

BETWEEN = " / "
"""Stands between the sentences of a transcript."""
MOST_SENTENCES = 6
"""The first and the latest are kept of a command that was corrected again and again."""
MOST_ALTERNATIVES = 6


def joined(before: Heard | None, then: Heard | None) -> Heard | None:
    """Both as one: the lower confidence, the louder room; language, phrases and model are those heard last."""
    if before is None or then is None:
        return before or then
    return Heard(
        transcript=BETWEEN.join(_shortened([*before.transcript.split(BETWEEN), then.transcript])),
        alternatives=tuple(dict.fromkeys((*before.alternatives, *then.alternatives)))[:MOST_ALTERNATIVES],
        confidence=min(_known(before.confidence, then.confidence), default=None),
        noise_db=max(_known(before.noise_db, then.noise_db), default=None),
        language=then.language,
        grammar=then.grammar,
        model=then.model,
    )


def _shortened(sentences: list[str]) -> list[str]:
    return sentences if len(sentences) <= MOST_SENTENCES else [sentences[0], *sentences[1 - MOST_SENTENCES :]]


def _known(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]
