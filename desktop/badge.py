"""In which language does the screen speak to this person? The one chosen last under this badge, on this workstation."""

from PySide6.QtCore import QObject, Signal, Slot

from desktop.bridge import Line
from desktop.context import Context
from desktop.translator import LANGUAGES
from sync.domain.order import UserId
from sync.domain.permissions import User

_NAME = "language"


class BadgeLanguage(QObject):
    """``recalled`` tells the language of whoever has signed in, where that person has chosen one.

    A choice made on the sign-in page is that of whoever signs in next. ``locked``: a policy decides for everybody.
    """

    recalled = Signal(str)

    def __init__(self, context: Context, parent: QObject, *, locked: bool) -> None:
        super().__init__(parent)
        self._context = context
        self._locked = locked
        self._who: UserId | None = None
        self._picked = ""

    def meet(self, user: User | None) -> None:
        """Whoever is here now; None: nobody."""
        if user is None or user.id == self._who or self._locked:
            self._who = None if user is None else user.id
            return
        self._who = user.id
        picked, self._picked = self._picked, ""
        if picked:
            self._keep(picked)
            return
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.LOOK, lambda: desk.recall(_NAME), self._recall)

    def choose(self, language: str) -> None:
        """A person has chosen."""
        if self._locked:
            return
        if self._who is None:
            self._picked = language
        else:
            self._keep(language)

    def _keep(self, language: str) -> None:
        desk = self._context.bridge.desk
        self._context.bridge.run(Line.LOOK, lambda: desk.keep(_NAME, language), self._kept)

    @Slot(object)
    def _recall(self, language: str) -> None:
        if language in LANGUAGES:
            self.recalled.emit(language)

    @Slot(object)
    def _kept(self, _none: object) -> None:
        """Nothing is to be shown."""
