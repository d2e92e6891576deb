"""How is a value written for people? Money, times, places and the names of things, in one language and time zone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Literal

from desktop.signs import REASONS, STATUSES, Badge, Tone
from desktop.translator import Translator
from sync.domain.commands import Op, Outcome, Target
from sync.domain.exceptions import Node, Reason
from sync.domain.order import CarrierId, Place, Status, WarehouseId
from sync.wire.messages import Directory, PlaceName

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SOON = 30 * MINUTE
"""A due time this near is shown as a warning."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due time as the list shows it: what is left, how urgent, with its sign."""

    text: str
    icon: str
    tone: Tone
    title: str


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that depends on the reader's language; ``zone`` is the reader's time zone."""

    translator: Translator
    directory: Directory
    zone: tzinfo = UTC
    people: Mapping[str, str] = field(default_factory=dict)
    """Names by user id, of those whose name is known here."""

    # ---- numbers and times

    @staticmethod
    def money(fen: int) -> str:
        """Fen as yuan with grouping: ``¥1,234.50``."""
        sign = "−" if fen < 0 else ""
        return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"

    @staticmethod
    def size(count: int) -> str:
        """Bytes for people: ``340 B``, ``12 KB``, ``3.4 MB``."""
        if count < 1000:
            return f"{count} B"
        return f"{count // 1000} KB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"

    def clock(self, at: int) -> str:
        return f"{self._local(at):%H:%M}"

    def moment(self, at: int, now: int) -> str:
        """The time of day, with the date unless it is today's."""
        local = self._local(at)
        if local.date() == self._local(now).date():
            return f"{local:%H:%M}"
        return self.translator.text(
            "time.dated", day=local.day, month=self.translator.text(f"month.{local.month}"), clock=f"{local:%H:%M}"
        )

    def span(self, ms: int) -> str:
        """A length of time in its two largest units: ``3 h 05 min``; less than a minute counts as one."""
        minutes = max(1, ms // MINUTE)
        if minutes < 60:
            return self.translator.text("time.minutes", minutes=minutes)
        if minutes < 24 * 60:
            return self.translator.text("time.hours", hours=minutes // 60, minutes=f"{minutes % 60:02d}")
        return self.translator.text("time.days", days=minutes // (24 * 60), hours=minutes // 60 % 24)

    def length(self, minutes: int) -> str:
        """A length that is chosen, in one unit: ``15 minutes``, ``4 hours``."""
        if minutes % 60:
            return self.translator.text("time.length_minutes", n=minutes)
        return self.translator.count("time.length", minutes // 60)

    def ago(self, at: int, now: int) -> str:
        if now - at < MINUTE:
            return self.translator.text("time.just_now")
        return self.translator.text("time.ago", span=self.span(now - at))

    def due(self, due_at: int, now: int) -> Due:
        left = due_at - now
        title = self.translator.text("due.title", moment=self.moment(due_at, now))
        if left < 0:
            return Due(self.translator.text("due.over", span=self.span(-left)), "warning-circle", "danger", title)
        if left <= SOON:
            return Due(self.span(left), "hourglass-medium", "warn", title)
        return Due(self.span(left), "clock", "neutral", title)

    def _local(self, at: int) -> datetime:
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self.zone)

    # ---- names

    def text(self, key: str, /, **values: object) -> str:
        return self.translator.text(key, **values)

    def reason(self, reason: Reason) -> str:
        return self.translator.text(f"reason.{reason.value}")

    def kind(self, reason: Reason) -> Badge:
        """The short label of a reason, as the list shows it."""
        label = self.translator.text(f"kind.{reason.value}")
        return Badge(REASONS[reason].icon, label, REASONS[reason].tone, self.reason(reason))

    def status(self, status: Status) -> Badge:
        sign = STATUSES[status]
        return Badge(sign.icon, self.translator.text(f"status.{status.value}"), sign.tone)

    def op(self, op: Op) -> str:
        return self.translator.text(f"op.{op.value}")

    def outcome(self, outcome: Outcome) -> str:
        return self.translator.text(f"outcome.{outcome.value}")

    def refusal(self, refusal: str) -> str:
        """Why not, for one of ``Refusal``'s values; a value this program does not know is shown as it came."""
        key = f"refusal.{refusal}"
        return self.translator.text(key) if self.translator.has(key) else refusal

    def warehouse(self, place: WarehouseId | str) -> str:
        return self._named(self.directory.warehouses, place)

    def carrier(self, place: CarrierId | str | None) -> str:
        return self.text("detail.no_carrier") if place is None else self._named(self.directory.carriers, place)

    def target(self, target: Target) -> str:
        return self.warehouse(target.id) if target.kind == "warehouse" else self.carrier(target.id)

    def node(self, node: Node) -> str:
        """Where an exception was raised: ``carrier:alpha`` → ``carrier Alpha``; unknown kinds as they came."""
        kind, _, rest = node.partition(":")
        names: dict[str, Literal["warehouse", "carrier"]] = {"warehouse": "warehouse", "carrier": "carrier"}
        if rest and kind in names:
            place = self.warehouse(rest) if kind == "warehouse" else self.carrier(rest)
            return self.text(f"node.{names[kind]}", name=place)
        key = f"node.{kind}"
        return self.text(key) if not rest and self.translator.has(key) else node

    def who(self, person: str) -> str:
        """A person's name where it is known, the word for the central and outside systems; else the id, readably."""
        key = f"who.{person}"
        if self.translator.has(key):
            return self.text(key)
        colleague = next((p.name for p in self.directory.people if p.id == person), "")
        return self.people.get(person) or colleague or readable(person)

    def place(self, place: Place) -> str:
        """Where the goods are, in words; empty where nothing is known."""
        known = (("zone", place.zone), ("tote", place.tote), ("bench", place.bench))
        return " · ".join(self.text(f"place.{name}", name=value) for name, value in known if value)

    def _named(self, names: tuple[PlaceName, ...], place: str) -> str:
        found = next((n for n in names if n.id == place), None)
        return place if found is None else found.names.get(self.translator.language, place)


def readable(person: str) -> str:
    """An id with hyphens as a name: ``u-wang`` → ``Wang``, ``demo-wms`` → ``Demo WMS``; three letters are initials."""
    if "-" not in person:
        return person
    plain = person.removeprefix("u-")
    return " ".join(w.upper() if len(w) == 3 and w != plain else w[:1].upper() + w[1:] for w in plain.split("-"))
