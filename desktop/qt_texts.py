"""In which language does Qt itself speak? Its own words, as in the menu of a field, follow the program's language."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator

from desktop.translator import Language

_FILES: dict[Language, str] = {"zh": "qtbase_zh_CN"}
"""Qt's own texts are English where none is loaded."""


class QtTexts(QObject):
    """Loads Qt's texts of one language at a time, when it is first told to."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._loaded: QTranslator | None = None

    def use(self, language: Language) -> None:
        application = QCoreApplication.instance()
        if application is None:
            return
        if self._loaded is not None:
            application.removeTranslator(self._loaded)
            self._loaded = None
        if language in _FILES:
            translator = QTranslator(self)
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if translator.load(_FILES[language], folder):
                application.installTranslator(translator)
                self._loaded = translator
