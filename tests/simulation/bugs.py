"""Which mistakes must the simulation find? Each a switch of the harness, never of the product."""

from tests.simulation.bugs_central import (
    ChainUnguarded,
    ChainUnlinked,
    ConflictForgotten,
    EffectWithoutResult,
    EpochKept,
    LateCommit,
    NoBase,
    NoIdempotency,
    PermissionOnlyAtTheDesk,
    ResultsPruned,
    RevokedGoesOn,
)
from tests.simulation.bugs_desk import (
    AcceptedBeforeCommit,
    AnotherPersonsToken,
    ConflictNotKept,
    ConflictNotWaitedFor,
    CursorFirst,
    CursorOfEachPage,
    DecidedByItself,
    DeletedBeforeSending,
    GivesUp,
    LostEffectsNotSentAgain,
    NewKeyOnRetry,
    OldEpochKept,
    OlderOfPageTaken,
    OlderOfResultTaken,
    ReceivedIsDone,
    RemovesIgnored,
    ScreenTakenForPresent,
    SentToAnotherHistory,
    TakenBackAndSent,
)
from tests.simulation.bugs_line import (
    BisectDropsNeighbours,
    ByPosition,
    CountIgnored,
    MigrationForgets,
    NewerFileTaken,
    NothingSalvaged,
    OneCacheForAll,
    RefreshTokenReused,
    RetryAfterIgnored,
    TooManyIsRefusal,
)
from tests.simulation.seeded import Seeded

BUGS: tuple[type[Seeded], ...] = (
    NoIdempotency, NoBase, ConflictForgotten, EffectWithoutResult, LateCommit, ChainUnlinked, ResultsPruned,
    EpochKept, DeletedBeforeSending, AcceptedBeforeCommit, ConflictNotKept, ReceivedIsDone, AnotherPersonsToken,
    DecidedByItself, GivesUp, OldEpochKept, RemovesIgnored, CursorOfEachPage, TakenBackAndSent, NewKeyOnRetry,
    ConflictNotWaitedFor, LostEffectsNotSentAgain, TooManyIsRefusal, BisectDropsNeighbours, CountIgnored,
    RetryAfterIgnored, RefreshTokenReused, OneCacheForAll, NothingSalvaged, MigrationForgets, NewerFileTaken,
    CursorFirst,
)  # fmt: skip
BY_TALES: tuple[type[Seeded], ...] = (
    ChainUnguarded, PermissionOnlyAtTheDesk, RevokedGoesOn, OlderOfResultTaken, OlderOfPageTaken,
    SentToAnotherHistory, ByPosition,
)  # fmt: skip
"""Those that need more to come together than chance brings in a short walk: seeds from ``TALES_FROM`` on find them."""
BY_SCREENS: tuple[type[Seeded], ...] = (ScreenTakenForPresent,)
"""Those that need an old screen: seeds from ``SCREENS_FROM`` on find them."""
