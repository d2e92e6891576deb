#!/usr/bin/env python3
"""How do installers come about? `python3 build_installer.py all --version X.Y.Z --out dist`; standard library only."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in words to whoever starts it with an older Python
    sys.exit("build_installer.py needs Python 3.11 or newer.")

from installer.command_line import main

if __name__ == "__main__":
    sys.exit(main())
