"""Header profiles 表头规范 of 双公示 feeds: from whatever a feed calls its columns to the names of the 2019 format.

Two formats are known. That of 2015/16 numbers the codes of a party otherwise (2 is the organisation code, 3 the
registration) than that of 2019 (2 the registration, 3 the organisation code), so a bare 行政相对人代码_2 means what the rest of
the header says it means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from loaders.readers.rows import Rows, checked_header
from loaders.spool import spooled
from schema.errors import FileRefused
from schema.identifiers.text import half_width

PREFIXES = {"penalty": "CF_", "permit": "XK_"}
_WORDS = Path(__file__).with_name("shuanggongshi.toml")


@cache
def words() -> dict[str, Any]:
    """Return the vocabulary: ``shuanggongshi.toml``."""
    return tomllib.loads(_WORDS.read_text("utf-8"))


@dataclass(frozen=True)
class Layout:
    """One format of one family.

    Parameters
    ----------
    family : str
        ``penalty`` or ``permit``.
    older : bool
        Whether it is the format of 2015/16.
    """

    family: str
    older: bool = False

    @property
    def prefix(self) -> str:
        """What the family's columns begin with."""
        return PREFIXES[self.family]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that the format requires, without prefix."""
        return tuple(words()[self.family]["required_older" if self.older else "required"])

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the family, without prefix."""
        return (*words()["subject"], *words()[self.family]["columns"])

    def named(self) -> dict[str, str]:
        """Return what a column may be called → its name in the 2019 format, with prefix."""
        return _names(self)

    def rows(self, rows: Rows) -> Rows:
        """Return the rows under the names of 2019; a column that a feed may leave out is there, and empty.

        Raises
        ------
        FileRefused
            When two columns of the file mean the same.
        """
        names = self.named()
        header = [names.get(_plain(column), column) for column in rows.header]
        absent = [self.prefix + c for c in self.columns if c not in self.required]
        absent = [column for column in absent if column not in header]
        full = checked_header([*header, *absent], rows.name)
        padding = [""] * len(absent)
        return replace(rows, header=full, rows=spooled([*row, *padding] for row in rows.rows))


def layout_of(header: Sequence[str], name: str) -> Layout:
    """Return the layout of a file.

    Raises
    ------
    FileRefused
        For a header of neither family.
    """
    found = {_plain(column) for column in header}
    fits = {family: len(found & Layout(family).named().keys()) for family in PREFIXES}
    own = {family: found & _own(family) for family in PREFIXES}
    family = max(PREFIXES, key=lambda f: (len(own[f]), fits[f]))
    if not own[family]:
        raise FileRefused(
            f"{name} is no 双公示 file: none of its columns is one of 行政处罚 (CF_WSH, 处罚类别, …) or 行政许可 (XK_WSH, …)."
        )
    return Layout(family, bool(found & {_plain(mark) for mark in words()[family]["marks"]}))


def _own(family: str) -> set[str]:
    """Names that only this family has."""
    mine = {name for older in (False, True) for name in Layout(family, older).named()}
    other = next(f for f in PREFIXES if f != family)
    return mine - {name for older in (False, True) for name in Layout(other, older).named()}


@cache
def _names(layout: Layout) -> dict[str, str]:
    vocabulary = words()
    names: dict[str, str] = {}
    _add(names, layout.prefix, {**vocabulary["subject"], **vocabulary[layout.family]["columns"]})
    if layout.older:  # what the older format says of a name goes before what that of 2019 says
        _add(names, layout.prefix, {**vocabulary["subject_older"], **vocabulary[layout.family]["older"]})
    return names


def _add(names: dict[str, str], prefix: str, columns: Mapping[str, Sequence[str]]) -> None:
    for column, others in columns.items():
        target = prefix + column
        for name in (column, *others):
            names[_plain(prefix + name if name.isascii() else name)] = target
    names.update({"BZ": f"{prefix}BZ", "SJC": f"{prefix}SJC"})


def _plain(column: str) -> str:
    """Fold width, case and space: feeds write （万元） and (万元), cf_wsh and CF_WSH."""
    return half_width(column).upper().replace(" ", "").removesuffix(":")
