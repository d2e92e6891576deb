"""What belongs to one language? Its phrases with the places of today, its prompts, and its speech model when wanted."""

from pathlib import Path

import resources
from sync.wire.messages import Directory
from voice.errors import PhraseError
from voice.hearing.recogniser import Recogniser, build
from voice.language import Language
from voice.models import SpeechModel, load
from voice.speaking import prompts
from voice.speaking.prompts import Prompts
from voice.understanding import phrases
from voice.understanding.parser import Parser, places_of


class Tongue:
    """Phrases and prompts are read at once; the model and its recognisers only when something is to be heard.

    Raises PhraseError and PromptError at once, ModelError and GrammarError from ``recogniser``.
    """

    def __init__(self, language: Language, directory: Directory, site_models: Path | None = None) -> None:
        self.language = language
        self.prompts: Prompts = prompts.load(resources.path("prompts", f"{language}.toml"), language)
        self._phrases = phrases.load(resources.path("phrases", f"{language}.toml"))
        if self._phrases.language is not language:
            raise PhraseError(self._phrases.file, 0, "", f"says language {self._phrases.language!r}")
        self._site_models = site_models
        self._model: SpeechModel | None = None
        self._recogniser: Recogniser | None = None
        self.directory = directory
        self.parser = Parser(self._phrases, places_of(directory, language))

    def learn_places(self, directory: Directory) -> None:
        """Another directory: the phrases and recognisers with its places."""
        if directory != self.directory:
            self.directory = directory
            self.parser = Parser(self._phrases, places_of(directory, self.language))
            self._recogniser = None

    @property
    def version(self) -> str:
        return f"{self.language}-{self._phrases.version}"

    @property
    def model_name(self) -> str:
        return self._model.entry.name if self._model else ""

    def recogniser(self) -> Recogniser:
        """Ready to hear; the first call loads the model."""
        if self._model is None:
            self._model = load(self.language, self._site_models)
        if self._recogniser is None:
            self._recogniser = build(self._model, self.parser)
        return self._recogniser
