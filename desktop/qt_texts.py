"""In which language does Qt itself speak? Its own words, as in the menu of a field, follow the program's language."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator

from desktop.translator import Language

_FILES: dict[Language, str] = {"zh": "qtbase_zh_CN"}
"""Qt's own texts are English where none is loaded."""
_FORGOTTEN: dict[Language, dict[str, str]] = {
    "zh": {
        "Look in:": "查找位置：",
        "Files of type:": "文件类型：",
        "Page Set:": "页面范围：",
        "Press shortcut": "请按键",
    }
}
"""What Qt's file leaves out of the dialogs for files and printing, or calls by the name of something else."""


class _Supplement(QTranslator):
    """Answers what Qt's own file leaves out; the empty answer sends Qt on to that file."""

    def __init__(self, texts: Mapping[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._texts = texts

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1, /) -> str | None:
        return self._texts.get(source.replace("&", ""))


class QtTexts(QObject):
    """Loads Qt's texts of one language at a time, when it is first told to."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._loaded: list[QTranslator] = []

    def use(self, language: Language) -> None:
        application = QCoreApplication.instance()
        if application is None:
            return
        for old in self._loaded:
            application.removeTranslator(old)
        self._loaded = []
        if language in _FILES:
            translator = QTranslator(self)
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if translator.load(_FILES[language], folder):
                self._loaded = [translator, _Supplement(_FORGOTTEN[language], self)]
                for each in self._loaded:  # the last is asked first
                    application.installTranslator(each)
