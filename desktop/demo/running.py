"""What runs beside the demo's window? The real store, network, desk and voice, in a folder of their own."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from desktop.terminal.site import Site
from desktop.walk import Walk
from sync.client.api import CentralApi
from sync.service import Desk
from sync.workstation import Workstation
from voice.language import Language
from voice.loop import Equipment
from voice.session import Session


def now() -> int:
    """Unix ms, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """The parts; they live as long as ``running`` is entered."""

    desk: Desk
    session: Session
    walk: Walk


@contextmanager
def running(site: Site) -> Iterator[Running]:
    """Everything but the window, without microphone and loudspeaker."""
    with ExitStack() as stack:
        workstation = stack.enter_context(Workstation(site.folder, now, use_keyring=site.use_keyring))
        desk = Desk(workstation, CentralApi(site.server, language=lambda: site.language), now=now)
        stack.callback(desk.stop)
        walk = Walk(desk)
        session = Session(desk, Equipment(site_models=site.models), language=Language(site.language), screen=walk)
        stack.callback(session.stop)
        desk.start()
        session.start()
        yield Running(desk, session, walk)
