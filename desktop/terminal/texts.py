"""Which words does the command line use? Those of ``resources/command_line``, beside those of the screen."""

import tomllib

import resources
from desktop.translator import Language, Translator, flatten


def load(language: Language) -> Translator:
    """The command line's texts in one language; raises TranslationBroken."""
    name = f"command_line/{language}.toml"
    tree = tomllib.loads(resources.path("command_line", f"{language}.toml").read_text(encoding="utf-8"))
    return Translator(language, flatten(tree, name))
