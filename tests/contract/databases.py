"""Which PostgreSQL database may this test have? One that was brought up to date once, emptied before each test."""

from collections.abc import Iterator

import psycopg
import pytest

from sync.server.storage.postgres import PostgresStorage
from sync.server.storage.postgres_schema import SCHEMA
from tests.contract.cluster import Cluster, running_cluster

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT IN ('central', 'feed')"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as made:
        yield made


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """The URL of a central's database."""
    url = cluster.create()
    PostgresStorage(url).close()
    return url


@pytest.fixture
def postgres_url(migrated: str) -> str:
    """A database that holds nothing; not yet opened by anybody."""
    with psycopg.connect(migrated, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        tables = [name for (name,) in connection.execute(_TABLES, (SCHEMA,))]
        emptied = "; ".join(f"DELETE FROM {name}" for name in tables)
        # The superuser of a test may switch off the triggers that keep the audit trail.
        connection.execute(f"SET session_replication_role = replica; {emptied}; UPDATE feed SET seq = 0, pruned = 0")
        connection.execute("UPDATE central SET value = md5(random()::text) WHERE name = 'epoch'")
        connection.execute("DELETE FROM central WHERE name = 'kept_until'")
    return migrated
