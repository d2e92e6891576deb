"""Which version is this? The one place; the package's metadata, the user agent and ``--version`` are read from it."""

VERSION = "0.1.0"
