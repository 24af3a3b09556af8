"""Datasets over HTTP: the whole body is one batch of the reception desk, which publishes it, holds it or lets it wait."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property, partial
from typing import Any, Final

from graph_service.api.errors import of_service
from graph_service.service import Service
from graph_service.trust.principal import Principal
from graph_service.use_cases.deliverers import supplier, uploader
from graph_service.web.ingest_session import Order, Session, Step
from graph_service.web.ingest_spool import Spool
from loaders import LoadRequest
from loaders.approval import Receipt, receive
from loaders.batch import Batch, State, batch_id, find
from schema.datasets import DATASETS
from schema.errors import FileRefused, InputError

STATUS: Final = {State.PUBLISHED: 200, State.PENDING: 202, State.HELD: 422, State.REFUSED: 422}


class DatasetSession(Session):
    """A delivery of a dataset while it comes in; it is written to disk, and received when it has ended."""

    def __init__(self, service: Service, principal: Principal, order: Order) -> None:
        super().__init__(service, principal, order)
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[Step]:
        """Write the piece to disk."""
        yield partial(self._write, piece)

    def rest(self) -> Iterator[Step]:
        """Hand the file in. InputError when there was nothing at all."""
        if not self._size:
            raise InputError("The body is empty: a delivery without rows still has its header line.")
        yield self._receive

    def head(self) -> dict[str, Any]:
        """Return the state of the batch; with the ledger when it was published, with the error when it is kept out."""
        told = self._told
        said = {"error": told["error"]} if told["error"] else {}
        said |= {"dataset": self.order.kind, "source": self.source, "batch": told["batch"]}
        said |= {"ledger": self.ledger()} if "read" in told else {}
        return said | {"warnings": told["warnings"]}

    @property
    def status(self) -> int:
        """200 when the batch was published, 202 while it waits, 422 when it is kept out."""
        return STATUS[State(self._told["batch"]["state"])]

    @cached_property
    def _spool(self) -> Spool:
        return Spool(self._folder, f"{self.order.kind}-{self._journal.name}.{self.order.form}")

    @property
    def _told(self) -> dict[str, Any]:
        return next(self._journal.batches())

    @property
    def _day(self) -> dt.date:
        return self.order.as_of or self._question.as_of

    def _source(self) -> str:
        who = self._question.principal
        source = supplier(who, self._desk.agreements, DATASETS[self.order.kind])
        uploader(who, source)  # whoever cannot be named is told before he sends
        return source

    def _write(self, piece: bytes) -> None:
        with self._busy:
            self._spool.write(piece)
            self._size += len(piece)
            self._journal.read(piece)

    def _receive(self) -> None:
        """Let the desk decide, and keep its word; a delivery that it decided on earlier is left alone."""
        with self._busy:
            if not self._journal.knows():
                self._journal.keep(self._decided())

    def _decided(self) -> dict[str, Any]:
        try:
            told: dict[str, Any] = self._answer({"sha256": self._journal.body}, self._taken_in)
        except FileRefused as refused:
            of = self.source, self.order.kind
            batch = find(self._desk.store, batch_id(of, self._journal.body, self._day))
            if batch is None:  # it was not even a file
                raise
            return {"batch": _summary(batch), "error": of_service(refused), "warnings": [], "errors": []}
        return told

    def _taken_in(self) -> dict[str, Any]:
        request = LoadRequest(self.order.kind, self._spool.ready(), self.source, self._day)
        return self._said(receive(self._desk, request, uploader(self._question.principal, self.source)))

    def _said(self, receipt: Receipt) -> dict[str, Any]:
        told: dict[str, Any] = {"batch": _summary(receipt.batch), "error": None, "warnings": [], "errors": []}
        return told if receipt.report is None else told | self._loaded(receipt.report, self._spool.path)

    def _free(self) -> None:
        if "_spool" in self.__dict__:
            self._spool.remove()
        super()._free()


def _summary(batch: Batch) -> dict[str, Any]:
    """Return what its sender is told of a batch."""
    return {
        "id": batch.id,
        "state": batch.state.value,
        "data_on": batch.data_on.isoformat(),
        "row_count": batch.row_count,
        "loaded": batch.loaded,
        "unchanged": batch.unchanged,
        "quarantined": batch.quarantined,
        "agreement": batch.agreement,
        "outside": batch.outside,
        "allowed": batch.allowed,
        "quality": batch.quality.as_json() if batch.quality else None,
    }
