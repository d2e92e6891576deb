"""What exactly is wrong with a phrase or a prompt? A flaw with its values; who shows it has the words."""

from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """``phrases.why.<flaw>`` of ``resources/command_line`` words it; scripts read it as it is."""

    # how a phrase is written
    CLOSES_NOTHING = "closes_nothing"
    EMPTY_WAY = "empty_way"
    NOT_CLOSED = "not_closed"
    EMPTY_BRACKETS = "empty_brackets"
    NO_SLOT = "no_slot"
    ALL_OPTIONAL = "all_optional"
    # how a file is written
    UNREAD = "unread"
    NO_TOML = "no_toml"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    UNKNOWN_VALUE = "unknown_value"
    OTHER_KIND = "other_kind"
    UNFIT = "unfit"
    NO_DIGIT_WORD = "no_digit_word"
    OTHER_LANGUAGE = "other_language"
    # what a phrase file would do
    UNSAID = "unsaid"
    UNSHOWN = "unshown"
    LACKS_WORD_OF = "lacks_word_of"
    LACKS_WORD = "lacks_word"
    MANY_MEANINGS = "many_meanings"
    MEANS_ELSE = "means_else"
    NOT_UNDERSTOOD = "not_understood"
    SOUNDS_LIKE = "sounds_like"
    REASON_SOUNDS_LIKE = "reason_sounds_like"
    NO_PHONE = "no_phone"
    TEACHES_NOTHING = "teaches_nothing"
    MODEL_FAILED = "model_failed"
    # what a prompt would do
    NO_PROMPT = "no_prompt"
    NOT_FILLED = "not_filled"
    NO_TEXT = "no_text"
    SAYS_WORD = "says_word"
    NOT_IN_OTHER = "not_in_other"
    OTHER_PLACEHOLDERS = "other_placeholders"
    UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True)
class Detail:
    """A flaw; ``values`` by name fill in its words. As a string it is what the log keeps."""

    flaw: Flaw
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return " ".join((self.flaw, *(f"{name}={value!r}" for name, value in self.values)))


def detail(flaw: Flaw, **values: object) -> Detail:
    return Detail(flaw, tuple((name, str(value)) for name, value in values.items()))
