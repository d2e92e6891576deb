"""A voice without sound, driven by the test's hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from voice.language import Language
from voice.refused import Held
from voice.view import VoiceView


@dataclass
class FakeVoice:
    """A voice session that remembers what it was told and shows what the test says."""

    told: list[tuple[str, object]] = field(default_factory=list)
    listeners: list[Callable[[VoiceView], None]] = field(default_factory=list)
    held: Held = field(default_factory=lambda: Held(allowed=True, wanted=False))
    view: VoiceView = field(default_factory=lambda: VoiceView(listening=True))

    def subscribe(self, listener: Callable[[VoiceView], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def show(self, view: VoiceView) -> None:
        self.view = view
        for listener in tuple(self.listeners):
            listener(view)

    def push_to_talk(self, down: bool) -> None:
        self.told.append(("talk", down))

    def type_line(self, text: str) -> None:
        self.told.append(("say", text))

    def cancel(self) -> None:
        self.told.append(("cancel", None))

    def switch(self, language: Language) -> None:
        self.told.append(("switch", language))

    def tell(self, message: str) -> None:
        self.told.append(("tell", message))

    def microphones(self) -> tuple[str, ...]:
        return ("Headset 7", "Desk microphone")

    def choose_microphone(self, name: str | None) -> None:
        self.told.append(("microphone", name))

    def refused_sounds(self) -> Held:
        return self.held

    def keep_refused_sounds(self, keep: bool) -> Held:
        self.held = replace(self.held, wanted=keep)
        return self.held

    def delete_refused_sounds(self) -> Held:
        self.held = replace(self.held, sounds=0, bytes=0)
        return self.held
