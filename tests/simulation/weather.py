"""What may befall one call between a workstation and the central? Drawn by chance, or laid down beforehand."""

import random
from collections import deque
from collections.abc import Sequence
from enum import StrEnum


class Killed(BaseException):
    """The workstation's process ends here, whatever it was doing."""


class Fault(StrEnum):
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    TWICE = "twice"
    LATE = "late"
    CUT = "cut"
    WRONG_COUNT = "wrong_count"
    SWAPPED = "swapped"
    GARBAGE = "garbage"
    ANOTHER_SERVER = "another_server"
    TIMED_OUT = "timed_out"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"
    TOO_MANY_AT_PROXY = "too_many_at_proxy"
    SERVER_DIES_BEFORE_COMMIT = "server_dies_before_commit"
    SERVER_DIES_AFTER_COMMIT = "server_dies_after_commit"
    CLIENT_DIES_BEFORE = "client_dies_before"
    CLIENT_DIES_AFTER = "client_dies_after"


class Weather:
    """``storminess`` is the share of calls that one of ``kinds`` befalls; ``coming`` befalls the next, one each."""

    def __init__(self, storminess: float, kinds: Sequence[Fault] = tuple(Fault), crash_points: float = 0.01) -> None:
        self.chance = random.Random(0)
        self.storminess = storminess
        self.kinds = kinds
        self.coming: deque[Fault] = deque()
        self.calm = False
        self.crash_points = crash_points
        """How likely the workstation is killed before or after one step of its stores."""

    def fault(self) -> Fault | None:
        if self.calm:
            return None
        if self.coming:
            return self.coming.popleft()
        return self.chance.choice(self.kinds) if self.chance.random() < self.storminess else None

    def reach(self, _: str) -> None:
        """A place where the workstation may be killed."""
        if not self.calm and self.chance.random() < self.crash_points:
            raise Killed

    def clear(self) -> None:
        self.coming.clear()
        self.calm = True
