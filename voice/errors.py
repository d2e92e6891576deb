"""What can go wrong with voice? One tree; each error says what to do.

VoiceError
├── ModelError
│   ├── ModelMissing        no speech model for this language
│   ├── ModelBroken         a model that would crash or mislead the recogniser
│   ├── ModelUnpinned       a model from the net whose hash nobody has pinned
│   └── ModelPathUnusable   the recogniser cannot open files under this path (Windows, non-ASCII)
├── PhraseError             a mistake in a phrase file: file, line, phrase
├── PronunciationWrong      a word whose phones the model does not have, or a model that cannot learn words
├── PromptError             a mistake in a prompt file
├── GrammarError            nothing of a grammar can be heard with this model
├── ProcessLost             a process beside ours died or hung
│   └── RecogniserLost      the one that recognises: what was being said is lost
└── SoundError
    ├── NoMicrophone        no input device that can be opened
    │   ├── MicrophoneAbsent  the chosen one is not plugged in
    │   ├── NoSoundSystem   the audio library is missing
    │   ├── SoundStuck      its process ended or hangs; it is started again and again
    │   └── MicrophoneLost  it was there and gives nothing any more; it is opened again and again
    ├── SoundUnreadable     a recording that is no sound file
    └── SoundTooPoor        a sample rate that speech cannot be recognised from
"""

from voice.detail import Detail, Flaw, detail


class VoiceError(Exception):
    """Root. ``key`` names the text for people: ``error.<key>`` of the prompt files, with ``fields`` filled in.

    The message is for the log.
    """

    key = "voice"

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.fields = {name: str(value) for name, value in fields.items()}

    @property
    def detail(self) -> str:
        return str(self)


class ModelError(VoiceError):
    key = "model"


class ModelMissing(ModelError):
    key = "model_missing"


class ModelBroken(ModelError):
    key = "model_broken"


class ModelUnpinned(ModelError):
    key = "model_unpinned"


class ModelPathUnusable(ModelError):
    key = "model_path"


class PhraseError(VoiceError):
    """``file``, ``line`` (from 1; 0 when the file as a whole is meant), ``phrase`` and ``why``."""

    key = "phrase"

    def __init__(self, file: str, line: int, phrase: str, why: Detail) -> None:
        where = f"{file}:{line}" if line else file
        super().__init__(
            f"{where}: {phrase!r}: {why}" if phrase else f"{where}: {why}",
            file=file,
            line=line,
            phrase=phrase,
            why=why,
        )
        self.file = file
        self.line = line
        self.phrase = phrase
        self.why = why


class PronunciationWrong(VoiceError):
    """``word`` cannot be taught for its ``phone``; with neither, the model learns no words."""

    key = "pronunciation"

    @property
    def why(self) -> Detail:
        word, phone = self.fields["word"], self.fields["phone"]
        return detail(Flaw.NO_PHONE, word=word, phone=phone) if phone else detail(Flaw.TEACHES_NOTHING)


class PromptError(VoiceError):
    """``file`` (or ``[prompts]``, a site's), ``prompt`` (its key; empty when the file as a whole is meant), ``why``."""

    key = "prompt"

    def __init__(self, file: str, prompt: str, why: Detail) -> None:
        super().__init__(f"{file}: {prompt!r}: {why}" if prompt else f"{file}: {why}", file=file, prompt=prompt)
        self.file = file
        self.prompt = prompt
        self.why = why


class GrammarError(VoiceError):
    key = "grammar"


class ProcessLost(VoiceError):
    key = "process_lost"


class RecogniserLost(ProcessLost):
    key = "recogniser_lost"


class SoundError(VoiceError):
    key = "sound"


class NoMicrophone(SoundError):
    """``why`` is what the system says of it: English, for the log."""

    key = "no_microphone"


class MicrophoneAbsent(NoMicrophone):
    """``name`` is what a person chose."""

    key = "microphone_absent"


class NoSoundSystem(NoMicrophone):
    key = "no_sound_system"


class SoundStuck(NoMicrophone):
    key = "sound_stuck"


class MicrophoneLost(NoMicrophone):
    key = "microphone_lost"


class SoundUnreadable(SoundError):
    key = "sound_unreadable"


class SoundTooPoor(SoundError):
    key = "sound_too_poor"
