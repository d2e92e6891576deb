"""What may befall one call between a workstation and the central? Drawn by chance, or laid down beforehand."""

import random
from collections import deque
from enum import StrEnum


class Killed(BaseException):
    """The workstation's process ends here, whatever it was doing."""


class Fault(StrEnum):
    LOST_REQUEST = "lost_request"
    LOST_ANSWER = "lost_answer"
    TWICE = "twice"
    LATE = "late"
    CUT = "cut"
    BAD_GATEWAY = "bad_gateway"
    UNAVAILABLE = "unavailable"
    TOO_MANY = "too_many"
    SERVER_DIES_BEFORE_COMMIT = "server_dies_before_commit"
    SERVER_DIES_AFTER_COMMIT = "server_dies_after_commit"
    CLIENT_DIES_BEFORE = "client_dies_before"
    CLIENT_DIES_AFTER = "client_dies_after"


class Weather:
    """``storminess`` is the share of calls that something befalls; ``coming`` befalls the next calls, one each."""

    def __init__(self, chance: random.Random, storminess: float) -> None:
        self._chance = chance
        self.storminess = storminess
        self.coming: deque[Fault] = deque()
        self.calm = False
        self.crash_points = 0.01

    def fault(self) -> Fault | None:
        if self.calm:
            return None
        if self.coming:
            return self.coming.popleft()
        return self._chance.choice(list(Fault)) if self._chance.random() < self.storminess else None

    def reach(self, _: str) -> None:
        """A place where the workstation may be killed."""
        if not self.calm and self._chance.random() < self.crash_points:
            raise Killed

    def clear(self) -> None:
        self.coming.clear()
        self.calm = True
