"""What must be so before any test begins? Qt draws off the screen; nothing else is shared by all."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
