"""How a call is put to a scripted server: what it gives, what it raises, and what the server was asked."""

from collections.abc import Callable
from typing import Any

import pytest

from sync.client.api import CentralApi
from sync.errors import (
    SyncError,
)
from sync.wire.messages import (
    Meta,
)
from tests.sync.client.scripted import Answer, Handler, ScriptedServer
from tests.sync.samples import NOW

META = Meta(
    name="central",
    api_min=1,
    api_max=1,
    oldest_client="0.1.0",
    epoch="e",
    retention_days=30,
    batch_limit=50,
    server_time=NOW,
)


def ask(
    *script: Answer, call: Callable[[CentralApi], Any] = CentralApi.meta, **options: Any
) -> tuple[Any, list[Handler]]:
    """What the call gives at a server with this script, and what the server was asked."""
    with ScriptedServer(*script) as server:
        api = CentralApi(server.url, language=lambda: "zh", **options)
        try:
            return call(api), server.asked
        finally:
            api.close()


def refused(*script: Answer, call: Callable[[CentralApi], Any] = CentralApi.meta, **options: Any) -> SyncError:
    """The error that the call raises at a server with this script."""
    with pytest.raises(SyncError) as told:
        ask(*script, call=call, **options)
    return told.value
