"""What belongs to one language? Its phrases with the places of today, its prompts, and its speech model when wanted."""

from pathlib import Path

import resources
from sync.wire.messages import Directory
from voice.detail import Flaw, detail
from voice.errors import PhraseError
from voice.hearing.grammar import wanted
from voice.hearing.recognition import Hearing, Recognition
from voice.language import Language
from voice.speaking import prompts
from voice.speaking.prompts import Prompts
from voice.understanding.overrides import load_layers, site_prompts
from voice.understanding.parser import Parser, places_of


class Tongue:
    """Phrases and prompts are read at once; the model and its recognisers only when something is to be heard.

    Raises PhraseError and PromptError at once, ModelError, GrammarError and RecogniserLost from ``hearing``.
    """

    def __init__(
        self,
        language: Language,
        directory: Directory,
        site_models: tuple[Path, ...] = (),
        site_phrases: Path | None = None,
        recognition: Recognition | None = None,
    ) -> None:
        self.language = language
        shipped = resources.path("phrases", f"{language}.toml")
        self._phrases = load_layers(shipped, site_phrases)
        self.prompts: Prompts = prompts.load(
            resources.path("prompts", f"{language}.toml"), language, site_prompts(shipped, site_phrases)
        )
        if self._phrases.language is not language:
            raise PhraseError(self._phrases.file, 0, "", detail(Flaw.OTHER_LANGUAGE, language=self._phrases.language))
        self._site_models = site_models
        self._recognition = recognition or Recognition()
        self._hearing: Hearing | None = None
        self._prepared: Parser | None = None
        self.directory = directory
        self.parser = Parser(self._phrases, places_of(directory, language))

    def learn_places(self, directory: Directory) -> None:
        """Another directory: the phrases and recognisers with its places."""
        if directory != self.directory:
            self.directory = directory
            self.parser = Parser(self._phrases, places_of(directory, self.language))

    @property
    def version(self) -> str:
        """Language and version as the files say, and a hash of what stands in them."""
        return f"{self.language}-{self._phrases.version}#{self._phrases.digest}"

    @property
    def both(self) -> bool:
        """Whether this site speaks both languages."""
        return self._phrases.both

    @property
    def model_name(self) -> str:
        """Name and hash of the model; empty before anything was to be heard."""
        return self._hearing.model if self._hearing else ""

    def hearing(self) -> Hearing:
        """Ready to hear; the first call loads the model, and so does the first after its process was lost."""
        if self._hearing is None:
            self._hearing = Hearing(self._recognition, self.language, self._site_models, self._phrases.pronunciations)
        changed = self._prepared is not self.parser
        self._hearing.prepare(wanted(self.parser) if changed else None)
        self._prepared = self.parser
        return self._hearing

    @property
    def ear(self) -> Hearing:
        """What ``hearing`` prepared, as it is now: never loads, so that a lost utterance is noticed."""
        return self._hearing or self.hearing()

    def close(self) -> None:
        """End the process that recognises; it starts again when something is to be heard."""
        self._recognition.stop()
