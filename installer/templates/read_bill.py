"""Is this file a bill of materials as CycloneDX publishes its form? Run with a path; 1 and the mistake when it is not."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text(encoding="utf-8"))
if wrong is not None:
    sys.exit(str(wrong)[:2000])
