"""Bare kinds of record over HTTP, from free sources: a stream of any length, every batch of rows a delivery of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from typing import Any

from graph_service.service import Service
from graph_service.trust.principal import Principal
from graph_service.use_cases.deliverers import deliverer
from graph_service.web.ingest_session import OPERATION, Order, Session, Step
from graph_service.web.ingest_spool import Spool
from loaders import LoadRequest
from loaders.free_sources import load_free, require_free
from loaders.ingest.batches import Batch, Cutter, Format
from schema.errors import InputError


class RecordSession(Session):
    """Canonical records while they stream in; what is held in memory is one batch."""

    def __init__(self, service: Service, principal: Principal, order: Order) -> None:
        super().__init__(service, principal, order)
        self._cutter = Cutter(Format(order.form))
        self._count = 0

    def feed(self, piece: bytes) -> Iterator[Step]:
        """Load each batch that the piece completes."""
        return (partial(self._take, batch) for batch in self._cutter.feed(piece))

    def rest(self) -> Iterator[Step]:
        """Load what is left. InputError when there was nothing at all."""
        yield from (partial(self._take, batch) for batch in self._cutter.finish())
        if not self._count:
            raise InputError("The body is empty: a CSV without rows still has its header line.")

    def head(self) -> dict[str, Any]:
        """Return the sums over all batches, and each warning once."""
        warnings = dict.fromkeys(w for batch in self._journal.batches() for w in batch["warnings"])
        return {
            "kind": self.order.kind,
            "source": self.source,
            "ledger": self.ledger(),
            "warnings": [*warnings],
        }

    def _source(self) -> str:
        source = deliverer(self._question.principal, self._desk.agreements)
        require_free(self.order.kind, source, self._desk.agreements)
        return source

    def _take(self, batch: Batch) -> None:
        """Load the next batch and keep what became of it; one that an earlier request loaded is left alone."""
        with self._busy:
            self._count += 1
            self._journal.read(batch.content)
            if not self._journal.knows():
                number = {"batch": self._count, "sha256": hashlib.sha256(batch.content).hexdigest()}
                self._journal.keep(self._answer(number, lambda: self._load(batch)))

    def _load(self, batch: Batch) -> dict[str, Any]:
        name = f"{self.order.kind}-{self._journal.name}-{self._count:06}.{self.order.form}"
        _check_encoding(batch)
        with Spool(self._folder, name) as spool:
            spool.write(batch.content)
            request = LoadRequest(
                self.order.kind,
                spool.ready(),
                self.source,
                self.order.as_of,
                approved_by=f"{OPERATION}:{self.source}",
                max_reject_ratio=1.0,  # the sender is told of every row
            )
            return self._loaded(load_free(self._desk, request), spool.path, batch.shift)


def _check_encoding(batch: Batch) -> None:
    try:
        batch.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = batch.content.count(b"\n", 0, error.start) + 1 + batch.shift
        raise InputError(f"Line {line} is not UTF-8: the body of a request is.") from None
