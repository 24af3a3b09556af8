"""Live consents 有效授权: who has opened what to whom, as of this very moment.

Consent is a gate before every use-case that needs it. Every grant and every revocation is a published run of its own, so
an answer kept for one graph version is never older than the last word of any subject.
"""

from __future__ import annotations

import datetime as dt
import threading
from typing import Final

from schema.access import Audience, Purpose
from schema.periods import today_in_shanghai
from schema.ports import GraphStore

_KEPT: Final = 256


class Consents:
    """Reads live consents from the store, once per graph version, day, reader and purpose."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._kept: dict[tuple[str, Purpose, dt.date, int], frozenset[str]] = {}
        self._lock = threading.Lock()

    def subjects(self, reader: str, purpose: Purpose, known_run: int) -> frozenset[str]:
        """Return the node ids of everyone who consents, today, to this reader and purpose.

        Parameters
        ----------
        reader : str
            Node id of the organisation that asks.
        purpose : Purpose
            Declared purpose; a consent for another one does not count.
        known_run : int
            The newest published run.
        """
        wanted = (reader, purpose, today_in_shanghai(), known_run)
        with self._lock:
            if wanted not in self._kept:
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[wanted] = self._read(*wanted)
            return self._kept[wanted]

    def _read(self, reader: str, purpose: Purpose, today: dt.date, known_run: int) -> frozenset[str]:
        params = {
            "reader_id": reader,
            "purpose": purpose.value,
            "as_of": today,
            "known_run": known_run,
            "audiences": [Audience.RESTRICTED.value],
            "banks": [],
            "region": "",
        }
        return frozenset(self._store.query("consenting_subjects", params)["subject_id"])
