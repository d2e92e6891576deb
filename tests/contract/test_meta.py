"""What can be asked before anything else?"""

import msgspec
import pytest

from sync.server.central import Settings
from sync.wire.messages import Directory, Meta
from tests.contract.world import START, World, place, read


@pytest.fixture
def settings() -> Settings:
    return Settings(name="试用中心", retention_days=7)


def test_meta_needs_no_token_and_tells_the_terms(central: World) -> None:
    meta = read(central.http.get("/v1/meta"), Meta)
    assert msgspec.structs.replace(meta, epoch="") == Meta(
        name="试用中心",
        api_min=1,
        api_max=1,
        oldest_client="0.1.0",
        epoch="",
        retention_days=7,
        batch_limit=50,
        server_time=START,
        features=("organise", "messages", "views", "previous", "attachments", "decisions"),
    )


def test_the_directory_names_warehouses_and_carriers_as_they_are_shown_and_spoken(central: World) -> None:
    directory = read(central.east.get("directory"), Directory)
    assert directory.warehouses == (place("warehouse", "W-EAST").name, place("warehouse", "W-WEST").name)
    assert [carrier.id for carrier in directory.carriers] == ["alpha", "bravo", "charlie"]
