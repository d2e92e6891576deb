"""What can go wrong at the central? One tree.

ServerError
├── Answer                  this request is answered with a problem
├── Setup                   the command line asks for something that cannot be
├── ProviderUnavailable     the identity provider cannot be asked: the same request may succeed later
└── StorageError
    ├── StorageUnavailable  busy, full or out of reach: the same request may succeed later
    ├── StorageTooNew       the file was written by a newer central
    ├── StorageForeign      the file is not a central's database
    └── Unstorable          a text that no database can keep
"""

from sync.wire.problems import Kind


class ServerError(Exception):
    """The root of all errors of the central."""


class Answer(ServerError):
    """Ends a request with a problem of this kind.

    ``about`` names a more specific text in ``resources/problems``; ``values`` fill its places;
    ``retry_after`` is seconds.
    """

    def __init__(self, kind: Kind, about: str = "", *, retry_after: int | None = None, **values: str) -> None:
        super().__init__(f"{kind} {about}".strip())
        self.kind = kind
        self.about = about
        self.retry_after = retry_after
        self.values = values


class Setup(ServerError):
    """The command line asks for something that cannot be; the message says what to do."""


class ProviderUnavailable(ServerError):
    """The identity provider cannot be asked now: the same request may succeed later."""


class StorageError(ServerError):
    """The database cannot be used."""


class StorageUnavailable(StorageError):
    """Busy, full or out of reach: the same request may succeed later."""


class StorageTooNew(StorageError):
    """The file was written by a newer central; nothing was changed."""


class StorageForeign(StorageError):
    """The file is not a central's database; nothing was changed."""


class Unstorable(StorageError):
    """A text that cannot be kept as it is; the message says what is wrong with it. Nothing was changed."""
