"""``python3 -m sync.server``: the central order API from the command line."""

import sys

from sync.server.cli import main

if __name__ == "__main__":
    sys.exit(main())
