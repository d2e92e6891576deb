"""How is the demo started? ``python3 dev.py demo``: with a screen for a person, with ``--headless`` by itself."""

import argparse
import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desktop import app
from desktop.demo.central import OPERATOR, SUPERVISOR, DemoCentral
from desktop.demo.ending import Waking, polite
from desktop.demo.running import running
from desktop.demo.scenario import Scenario, Stage
from desktop.demo.timeline import Timeline
from desktop.settings import Settings
from desktop.terminal import texts
from desktop.terminal.site import Site, site
from desktop.terminal.verbs import Explained
from desktop.translator import Translator
from desktop.window import MainWindow

PICTURES = Path("demo-output")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; with ``--headless`` 0 only when the central holds both orders."""
    words = texts.load(site(None, None, None).language)
    parser = Explained(words, prog="python3 dev.py demo", description=words.text("demo.about"))
    parser.add_argument("--headless", action="store_true", help=words.text("demo.headless"))
    parser.add_argument("--outage", action="store_true", help=words.text("demo.outage"))
    parser.add_argument(
        "--orders", type=int, default=400, metavar=words.text("help.number"), help=words.text("demo.orders")
    )
    parser.add_argument(
        "--pictures", type=Path, default=PICTURES, metavar=words.text("help.folder"), help=words.text("demo.pictures")
    )
    options = parser.parse_args(arguments)
    with polite(), contextlib.ExitStack() as stack:
        lent = tempfile.TemporaryDirectory(prefix="exception-desk-demo-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(lent))
        _say(words.text("demo.starting", n=options.orders))
        central = stack.enter_context(DemoCentral(folder, orders=options.orders))
        _say(words.text("demo.started", url=central.url))
        here = replace(site(central.url, folder / "workstation", None), use_keyring=False)
        app.application()
        stack.enter_context(Waking())
        if options.headless:
            return _alone(here, central, words, options, stack.close)
        _say(words.text("demo.people", supervisor=" / ".join(SUPERVISOR), operator=" / ".join(OPERATOR)))
        return _together(here)


def _say(text: str) -> None:
    print(text, flush=True)


def _together(here: Site) -> int:
    return app.run(
        server=here.server,
        folder=here.folder,
        models=here.models,
        use_keyring=here.use_keyring,
        manner=app.Manner(welcome=False),
    )


def _alone(
    here: Site, central: DemoCentral, words: Translator, options: argparse.Namespace, leave: Callable[[], None]
) -> int:
    options.pictures.mkdir(parents=True, exist_ok=True)
    for old in options.pictures.glob("*.png"):
        old.unlink()
    settings = Settings(language=here.language, server=here.server)
    failures: list[str] = []
    with running(here) as parts:

        def ready(window: MainWindow) -> None:
            stage = Stage(window)
            stage.ended.connect(window.close)
            stage.setParent(window)
            timeline = Timeline(words, _say)
            scenario = Scenario(parts, stage, central, timeline, words, options.pictures, outage=options.outage)
            scenario.failures = failures
            threading.Thread(target=scenario.run, name="scenario", daemon=True).start()

        window = app.build(parts.desk, parts.session, settings, walk=parts.walk)
        code = app.show(window, ready)
        if code:  # told to end; the voice's thread still plays a recording or waits for a picture
            leave()
            os._exit(code)
    for failure in failures:
        print(words.text("demo.failed", why=failure), file=sys.stderr)
    pictures = len(list(options.pictures.glob("*.png")))
    _say("\n" + words.text("demo.ended", n=pictures, folder=options.pictures.resolve()))
    return 1 if failures else code


if __name__ == "__main__":
    sys.exit(main())
