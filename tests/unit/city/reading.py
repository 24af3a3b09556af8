"""A generated city as its files say it: rows by kind, without those that the manifest plants."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from loaders.city import CityManifest, CitySpec, write_city
from schema.kinds import KINDS
from schema.records import Ref

Row = dict[str, str]
_PREFIX = {"LegalEntity": "E:", "Person": "P:", "Household": "H:"}


@dataclass(frozen=True)
class CityOnDisk:
    """A city and its folder."""

    out: Path
    manifest: CityManifest

    @classmethod
    def write(cls, out: Path, spec: CitySpec, seed: int = 7) -> CityOnDisk:
        return cls(out, write_city(out, spec, seed))

    def raw(self, kind: str) -> list[list[str]]:
        """Lines of a file, header first."""
        with (self.out / f"{kind}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))

    def rows(self, kind: str) -> list[Row]:
        """The clean rows of a kind."""
        return [*self._clean(kind)]

    def _clean(self, kind: str) -> Iterator[Row]:
        planted = {line for lines in self.manifest.files[kind].lines.values() for line in lines}
        header, *rows = self.raw(kind)
        for line, row in enumerate(rows, start=2):
            if line not in planted:
                yield dict(zip(header, row, strict=True))

    @cached_property
    def nodes(self) -> dict[str, set[str]]:
        """Ids of the described nodes per key label, in the form in which references name them."""
        nodes: dict[str, set[str]] = {}
        for name, kind in KINDS.items():
            if kind.node:
                column, label = kind.node.id_columns[0], kind.node.label
                nodes.setdefault(label, set()).update(row[column] for row in self.rows(name))
        return nodes

    def resolves(self, ref: Ref, written: str) -> bool:
        """Whether a reference names a described node."""
        for label in ref.labels:
            bare = written.removeprefix(_PREFIX.get(label, "")).removeprefix("city:")
            prefixed = len(ref.labels) == 1 or written.startswith(_PREFIX[label])
            if prefixed and bare in self.nodes[label]:
                return True
        return False
