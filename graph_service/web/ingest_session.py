"""One request to ``/ingest`` while its body comes in: each batch is one delivery through the ordinary loaders."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from graph_service.asking import Question
from graph_service.service import Service
from graph_service.trust.principal import Principal
from graph_service.web.ingest_journal import Journal
from loaders import Keys, LoadReport, LoadRequest, Vault, load
from loaders.ingest.batches import Batch, Format
from loaders.ingest.refusals import refusals
from schema.access import Purpose
from schema.datasets import class_of
from schema.errors import AccessDenied, Conflict, InputError, PurposeRequired
from schema.periods import today_in_shanghai
from schema.provenance import RunHeader

OPERATION: Final = "ingest"
COUNTS: Final = ("read", "loaded", "unchanged", "quarantined", "skipped")
_running: set[str] = set()
_door = threading.Lock()


@dataclass(frozen=True)
class Order:
    """What a request asks for.

    Parameters
    ----------
    kind : str
        Canonical kind of its rows.
    form : Format
        What the body is written in.
    key : str
        The idempotency key.
    as_of : datetime.date or None
        The day that the data speaks of; None: today in Shanghai, when the request first came.
    """

    kind: str
    form: Format
    key: str
    as_of: dt.date | None


class Session:
    """A request that was let in. Not for two threads at once; ``close`` it.

    Parameters
    ----------
    service : Service
    principal : Principal
        Who sends; his organisation is the source of all facts.
    order : Order

    Raises
    ------
    AccessDenied, PurposeRequired
        He may not, or not for this purpose, or for no organisation.
    Conflict
        The key stands for something else, or a request with it is running.
    """

    def __init__(self, service: Service, principal: Principal, order: Order) -> None:
        self.order = order
        self._service = service
        self._question = Question(principal, today_in_shanghai())
        self._folder = service.settings.data_dir / "ingest"
        self._busy = threading.Lock()
        self.source = self._answer({}, lambda: _source(principal))
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
        self._count = 0

    def take(self, batch: Batch) -> None:
        """Load the next batch and keep what became of it; one that an earlier request loaded is left alone."""
        with self._busy:
            self._count += 1
            if not self._journal.knows(batch.content):
                number = {"batch": self._count, "sha256": hashlib.sha256(batch.content).hexdigest()}
                self._journal.keep(self._answer(number, lambda: self._load(batch)))

    def finish(self) -> bool:
        """End the request; say whether it had been answered before. InputError when there was nothing in it."""
        if not self._count:
            raise InputError("The body is empty: a CSV without rows still has its header line.")
        return self._journal.finish()

    def close(self) -> None:
        """Give the key free, once a batch that is still being loaded has ended."""
        if self._busy.acquire(blocking=False):
            self._free()
        else:
            threading.Thread(target=self._wait, daemon=True).start()

    def ledger(self) -> dict[str, int]:
        """Return the sums over all batches so far."""
        sums = Counter[str]()
        for batch in self._journal.batches():
            sums.update({name: batch[name] for name in (*COUNTS, "retried")} | {"batches": 1})
        return {name: sums[name] for name in ("batches", *COUNTS, "retried")}

    def errors(self) -> Iterator[dict[str, Any]]:
        """Yield what is wrong with each refused row, one batch in memory at a time."""
        return (error for batch in self._journal.batches() for error in batch["errors"])

    def warnings(self) -> list[str]:
        """Return what deserves a look, each once."""
        return list(dict.fromkeys(w for batch in self._journal.batches() for w in batch["warnings"]))

    def _wait(self) -> None:
        self._busy.acquire()
        self._free()

    def _free(self) -> None:
        _running.discard(self._name)
        self._busy.release()

    def _answer(self, arguments: Mapping[str, object], compute: Any) -> Any:
        said = {"kind": self.order.kind, "key": self.order.key, **arguments}
        return self._service.answer(self._question, OPERATION, said, lambda _: compute())

    def _load(self, batch: Batch) -> dict[str, Any]:
        name = f"{self.order.kind}-{self._journal.name}-{self._count:06}.{self.order.form}"
        _check_encoding(batch)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix="batch-") as folder:
            path = Path(folder) / name
            path.write_bytes(batch.content)
            request = LoadRequest(
                self.order.kind,
                path,
                self.source,
                self.order.as_of,
                approved_by=f"{OPERATION}:{self.source}",
                max_reject_ratio=1.0,  # the sender is told of every row
            )
            vault = Vault(self._service.settings.data_dir / "vault", self._service.keys.vault.material)
            return self._said(load(self._service.store, request, vault, self._keys), name, batch)

    def _said(self, report: LoadReport, name: str, batch: Batch) -> dict[str, Any]:
        file = report.files[0]
        counts = {count: getattr(file.ledger, count) for count in COUNTS}
        may_know_of = partial(self._service.rooms.policy.may_know_of, self._question.principal)
        retried = sum(each.ledger.loaded for each in report.retried if may_know_of(class_of(each.kind)))
        found = []
        if file.ledger.quarantined:
            today = self.order.as_of or self._question.as_of
            header = RunHeader(self.source, self.order.kind, name, "", today, "")
            found = refusals(self._service.store, header, batch.content, self._keys)
        errors = [{**asdict(one), "line": one.line + batch.shift} for one in found]
        return {**counts, "retried": retried, "warnings": file.warnings, "errors": errors}

    @property
    def _keys(self) -> Keys:
        return Keys(self._service.keys.identity.material)


def _source(principal: Principal) -> str:
    """Return the name under which a caller's organisation delivers."""
    if principal.purpose is not Purpose.OPERATIONS:
        raise PurposeRequired("Records are sent for the purpose OPERATIONS: set the header X-Purpose.")
    if principal.org is None:
        raise AccessDenied("The token names no organisation: records are sent on behalf of one.")
    source = principal.org.removeprefix("E:")
    LoadRequest("", Path(), source)  # refuses what cannot become part of ids
    return source


def _check_encoding(batch: Batch) -> None:
    try:
        batch.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = batch.content.count(b"\n", 0, error.start) + 1 + batch.shift
        raise InputError(f"Line {line} is not UTF-8: the body of a request is.") from None
