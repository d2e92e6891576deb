"""Which PostgreSQL database may this test have? One that was brought up to date once, emptied before each test."""

import contextlib

import psycopg
import pytest

from sync.server.storage.postgres import PostgresStorage
from sync.server.storage.postgres_schema import SCHEMA
from tests.contract.cluster import Cluster, running_cluster

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT IN ('central', 'feed')"


_CLUSTER = pytest.StashKey[Cluster]()
_MIGRATED = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def cluster(pytestconfig: pytest.Config) -> Cluster:
    """The one of this run, whichever module takes this fixture over; it ends with the run."""
    if _CLUSTER not in pytestconfig.stash:
        stack = contextlib.ExitStack()
        pytestconfig.stash[_CLUSTER] = stack.enter_context(running_cluster())
        pytestconfig.add_cleanup(stack.close)
    return pytestconfig.stash[_CLUSTER]


@pytest.fixture(scope="session")
def migrated(cluster: Cluster, pytestconfig: pytest.Config) -> str:
    """The URL of a central's database."""
    if _MIGRATED not in pytestconfig.stash:
        pytestconfig.stash[_MIGRATED] = cluster.create()
        PostgresStorage(pytestconfig.stash[_MIGRATED]).close()
    return pytestconfig.stash[_MIGRATED]


@pytest.fixture
def postgres_url(migrated: str) -> str:
    """A database that holds nothing; not yet opened by anybody."""
    with psycopg.connect(migrated, autocommit=True, options=f"-c search_path={SCHEMA}") as connection:
        tables = [name for (name,) in connection.execute(_TABLES, (SCHEMA,))]
        emptied = "; ".join(f"DELETE FROM {name}" for name in tables)
        # The superuser of a test may switch off the triggers that keep the audit trail.
        connection.execute(f"SET session_replication_role = replica; {emptied}; UPDATE feed SET seq = 0, pruned = 0")
        connection.execute("UPDATE central SET value = md5(random()::text) WHERE name = 'epoch'")
        connection.execute("DELETE FROM central WHERE name IN ('kept_until', 'news')")
    return migrated
