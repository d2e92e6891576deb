"""How is the queue opened, whatever happened to its file? As it is, caught up from its second record, or rebuilt."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.errors import StoreDamaged, StoreFull, StoreTooNew
from sync.store import migrations
from sync.store.database import DatabaseKey, connect, migrate, refuse_newer, transaction
from sync.store.files import PARTS, copy_aside, flush, remove, set_aside
from sync.store.outbox import Outbox
from sync.store.salvage import (
    Found,
    merged,
    put_facts,
    put_rows,
    read_damaged,
    read_record,
    skip_numbers,
    steps_of,
)
from sync.store.salvaged import Salvage
from sync.store.second_record import SecondRecord, suspicion
from sync.wire.codec import encode

SALVAGE = "salvage"
"""The fact that holds what has still to be told of a salvage."""
_log = logging.getLogger(__name__)


class OpenedQueue:
    """The queue with its second record. ``salvage`` says what had to be done for it, None where nothing had."""

    def __init__(self, path: Path, key: DatabaseKey, now: Callable[[], int], copies: Path) -> None:
        """Open or make the file; ``copies`` are where older ones may lie. Raises StoreTooNew, StoreFull, StoreError."""
        self._path, self._key, self._now, self._copies = path, key, now, copies
        self.salvage: Salvage | None = None
        self._record = self._open_record()
        try:
            self.outbox = self._open()
            try:
                self._catch_up()
            except StoreDamaged as damage:
                _log.error("the outbox is damaged: %s", damage)
                self.outbox.abandon()
                suspicion(self._path).touch()
                self.outbox = self._open()
                self._catch_up()
            except BaseException:
                self.outbox.abandon()
                raise
            try:
                self._keep_news()
            except BaseException:
                self.outbox.close()
                raise
        except BaseException:
            self._record.close()
            raise

    def close(self) -> None:
        self.outbox.close()
        self._record.close()

    def _open_record(self) -> SecondRecord:
        path = self._path.with_name(f"{self._path.stem}-second{self._path.suffix}")
        try:
            record = SecondRecord(path, self._key)
        except StoreDamaged as damage:
            _log.warning("the second record of the queue is damaged and is begun anew: %s", damage)
            set_aside(path)
            return SecondRecord(path, self._key)
        return record

    def _open(self) -> Outbox:
        suspect = suspicion(self._path)
        if not suspect.exists():
            try:
                return Outbox(self._path, self._key, self._now, self._record)
            except StoreDamaged as damage:
                _log.error("the outbox is damaged: %s", damage)
        self._rebuild()
        suspect.unlink(missing_ok=True)
        return Outbox(self._path, self._key, self._now, self._record)

    # -- the file is whole, but may lack its end

    def _catch_up(self) -> None:
        """Give the queue what only its second record has, and the other way round."""
        mine = self.outbox.progress()
        try:
            its = self._record.progress()
        except StoreDamaged as damage:
            self._replace_record(damage)
            return
        if mine.lacks(its):
            known = read_record(self._record.path, self._key)
            restored = self.outbox.restore(known)
            if restored:
                lost = tuple(n for n in range(mine.n + 1, its.n + 1) if n not in known.rows)
                unsent = sum(row["status"] is None for row in restored)
                self._tell(Salvage(recovered=len(restored), unsent=unsent, lost=lost))
        if mine.lacks(its) or its.lacks(mine):
            self._renew_record()

    def look_over_record(self) -> None:
        """Read all of the second record, which else is only read when it is needed, and make a damaged one anew."""
        try:
            for _ in self._record.rows():
                pass
        except StoreDamaged as damage:
            self._replace_record(damage)

    def _renew_record(self) -> None:
        try:
            self._record.renew(*self.outbox.everything())
        except StoreDamaged as damage:
            self._replace_record(damage)
        except StoreFull as fault:
            _log.warning("the second record of the queue could not be brought up to date: %s", fault)

    def _replace_record(self, damage: StoreDamaged) -> None:
        _log.warning("the second record of the queue is damaged and is begun anew: %s", damage)
        self._record.close()
        set_aside(self._record.path)
        self._record = SecondRecord(self._record.path, self._key)
        self.outbox.follow(self._record)
        self._renew_record()

    # -- the file is damaged

    def _rebuild(self) -> None:
        """Copy the damaged file aside, then put one in its place that holds all that can be read anywhere.

        Until the last step the damaged file lies where it lay: a crash on the way begins all this again. Of a newer
        program's file this one would understand too little: StoreTooNew.
        """
        aside = copy_aside(self._path)
        try:
            refuse_newer(steps_of(self._path, self._key), migrations.outbox, self._path)
        except StoreTooNew:
            if aside is not None:
                remove(aside)
            raise
        sources = [read_damaged(self._path, self._key), read_record(self._record.path, self._key), *self._read_copies()]
        found = merged(sources)
        draft = self._path.with_name(f"{self._path.stem}.salvaged{self._path.suffix}")
        remove(draft)
        self._write(draft, found)
        for suffix in PARTS[1:]:
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        draft.replace(self._path)
        flush(self._path.parent)
        lost = tuple(n for n in range(1, found.last + 1) if n not in found.rows)
        unsent = sum(row["status"] is None for row in found.rows.values())
        self._tell(
            Salvage(
                aside="" if aside is None else str(aside),
                recovered=len(found.rows),
                unsent=unsent,
                lost=lost,
                blind=not any(source.rows or source.facts for source in sources),
            )
        )

    def _read_copies(self) -> Iterator[Found]:
        """What the daily copies and those before a migration hold, the newest first; they stay as they are."""
        work = self._path.with_name(f"{self._path.stem}.reading{self._path.suffix}")
        for copy in sorted(self._copies.glob("*.db"), key=lambda file: file.stat().st_mtime, reverse=True):
            remove(work)
            shutil.copyfile(copy, work)
            yield read_damaged(work, self._key)
            remove(work)

    def _write(self, draft: Path, found: Found) -> None:
        made = connect(draft, self._key, "FULL")
        try:
            migrate(made, migrations.outbox, draft)
            with transaction(made, draft) as db:
                put_rows(db, (row for _, row in sorted(found.rows.items())))
                put_facts(db, found.facts)
                skip_numbers(db, found.last)
        finally:
            made.close()
        flush(draft)

    def _tell(self, salvage: Salvage) -> None:
        self.salvage = salvage
        _log.error("the outbox was damaged; %s", salvage)

    def _keep_news(self) -> None:
        """For the next person who signs in, whichever program that is."""
        if self.salvage is not None:
            self.outbox.put_fact(SALVAGE, encode(self.salvage).decode())
