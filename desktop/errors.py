"""What can go wrong on the screen's side? One tree.

DesktopError
├── TranslationBroken    a translation file is missing, unreadable or lacks a key
├── ThemeBroken          a theme file is missing, unreadable or lacks a colour
└── Stopped              a person no longer wants what was on its way
"""


class DesktopError(Exception):
    """Root. ``key`` names the text for people in ``resources/translations`` (``error.<key>``)."""

    key = "unknown"


class TranslationBroken(DesktopError):
    key = "translation_broken"


class ThemeBroken(DesktopError):
    key = "theme_broken"


class Stopped(DesktopError):
    """Its text is the name of what was on its way."""
