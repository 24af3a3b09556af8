"""One request to ``/ingest`` while its body comes in: who sends, under which key, and what it will be answered."""

from __future__ import annotations

import datetime as dt
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from graph_service.asking import Question
from graph_service.service import Service
from graph_service.trust.principal import Principal
from graph_service.web.ingest_journal import Journal
from loaders import LoadReport
from loaders.ingest.refusals import refusals
from schema.datasets import class_of
from schema.errors import Conflict
from schema.periods import today_in_shanghai
from schema.provenance import RunHeader

OPERATION: Final = "ingest"
COUNTS: Final = ("read", "loaded", "unchanged", "quarantined", "skipped")
Step = Callable[[], None]
"""A piece of work that may take its time, for a worker thread."""
_running: set[str] = set()
_door = threading.Lock()


@dataclass(frozen=True)
class Order:
    """What a request asks for.

    Parameters
    ----------
    kind : str
        A canonical kind of record, or the code of a dataset.
    form : str
        What the body is written in; the ending of its raw copies.
    key : str
        The idempotency key.
    as_of : datetime.date or None
        The day that the data speaks of; None: today in Shanghai, when the request first came.
    """

    kind: str
    form: str
    key: str
    as_of: dt.date | None


class Session(ABC):
    """A request that was let in. Not for two threads at once; ``close`` it.

    Parameters
    ----------
    service : Service
    principal : Principal
        Who sends; his organisation says what the source of all facts is.
    order : Order

    Raises
    ------
    AccessDenied, PurposeRequired
        He may not, or not for this purpose, or for no organisation.
    InputError
        His organisation does not deliver this so.
    Conflict
        The key stands for something else, or a request with it is running.
    """

    def __init__(self, service: Service, principal: Principal, order: Order) -> None:
        self.order = order
        self._desk = service.reception
        self._service = service
        self._question = Question(principal, today_in_shanghai())
        self._folder = service.settings.data_dir / "ingest"
        self._busy = threading.Lock()
        self.source: str = self._answer({}, self._source)
        self._name = f"{self.source}/{order.key}"
        with _door:
            if self._name in _running:
                raise Conflict("A request with this Idempotency-Key is running; try again when it has ended.")
            _running.add(self._name)
        try:
            self._journal = Journal(self._folder, self.source, order.key)
            said = order.as_of.isoformat() if order.as_of else None
            self._journal.begin({"kind": order.kind, "format": order.form, "as_of": said})
        except BaseException:
            _running.discard(self._name)
            raise

    @abstractmethod
    def feed(self, piece: bytes) -> Iterator[Step]:
        """Take the next piece of the body; yield what is to be done now."""

    @abstractmethod
    def rest(self) -> Iterator[Step]:
        """Yield what is to be done once the body has ended."""

    @abstractmethod
    def head(self) -> dict[str, Any]:
        """Return the answer, but for the refused rows."""

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return 200

    def finish(self) -> bool:
        """End the request; say whether it had been answered before."""
        return self._journal.finish()

    def close(self) -> None:
        """Give the key free, once what is still being loaded has ended."""
        if self._busy.acquire(blocking=False):
            self._free()
        else:
            threading.Thread(target=self._wait, daemon=True).start()

    def errors(self) -> Iterator[dict[str, Any]]:
        """Yield what is wrong with each refused row, one batch in memory at a time."""
        return (error for batch in self._journal.batches() for error in batch["errors"])

    def ledger(self) -> dict[str, int]:
        """Return the sums over all that was loaded so far."""
        books = [batch for batch in self._journal.batches() if "read" in batch]
        sums = {name: sum(book[name] for book in books) for name in (*COUNTS, "retried")}
        return {"batches": len(books), **sums}

    @abstractmethod
    def _source(self) -> str:
        """Return the source that the caller delivers as, for this."""

    def _wait(self) -> None:
        self._busy.acquire()
        self._free()

    def _free(self) -> None:
        _running.discard(self._name)
        self._busy.release()

    def _answer(self, arguments: Mapping[str, object], compute: Callable[[], Any]) -> Any:
        said = {"kind": self.order.kind, "key": self.order.key, **arguments}
        return self._service.answer(self._question, OPERATION, said, lambda _: compute())

    def _loaded(self, report: LoadReport, path: Path, shift: int = 0) -> dict[str, Any]:
        """Return what became of a file, line numbers moved by ``shift``."""
        file = report.files[0]
        counts = {count: getattr(file.ledger, count) for count in COUNTS}
        may_know_of = partial(self._service.rooms.policy.may_know_of, self._question.principal)
        retried = sum(each.ledger.loaded for each in report.retried if may_know_of(class_of(each.kind)))
        found = []
        if file.ledger.quarantined:
            today = self.order.as_of or self._question.as_of
            header = RunHeader(self.source, self.order.kind, path.name, "", today, "")
            found = refusals(self._desk.store, header, path.read_bytes(), self._desk.keys)
        errors = [{**asdict(one), "line": one.line + shift} for one in found]
        return {**counts, "retried": retried, "warnings": file.warnings, "errors": errors}
