"""``screen``: a name, or a file of names, against the lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.trust.principal import operator
from graph_service.use_cases.screening import (
    ScreeningAnswer,
    ScreeningInput,
    ScreeningVerdict,
    decide_screening,
    screen_many,
)
from loaders import Keys
from loaders.identity.screening import Outcome
from loaders.readers.encoding import read_bytes
from loaders.readers.rows import Rows
from loaders.readers.tabular import read_rows
from schema.errors import InputError
from schema.periods import today_in_shanghai

# What a file may call a column -> the field of ScreeningInput.
COLUMNS: Final = {
    "name": "name",
    "名称": "name",
    "企业名称": "name",
    "姓名": "name",
    "uscc": "uscc",
    "统一社会信用代码": "uscc",
    "lei": "lei",
    "region_code": "region_code",
    "行政区划代码": "region_code",
    "identity_number": "identity_number",
    "证件号码": "identity_number",
    "birth_year": "birth_year",
    "出生年": "birth_year",
}
_KINDS: Final = {"": None, "company": "LegalEntity", "person": "Person"}


@dataclass(frozen=True)
class ScreenOptions:
    """What else is known, on which day, and what is decided.

    Parameters
    ----------
    uscc : str
        Unified social credit code of who is meant 统一社会信用代码.
    kind : str
        company or person; default: whichever is listed 主体类别.
    as_of : date, optional
        Lists as in force on that day 时点; default: today in Shanghai.
    confirm : str
        Graph id of a hit that is the one who is meant 确认命中.
    clear : str
        Graph id of a hit that is not; it is still shown 排除命中.
    undo : str
        Graph id of a hit whose decision is taken back 撤销认定.
    reason : str
        Why it is confirmed or cleared 理由.
    json : bool
        One JSON object on standard output, and nothing else.
    """

    uscc: str = ""
    kind: str = ""
    as_of: dt.date | None = None
    confirm: str = ""
    clear: str = ""
    undo: str = ""
    reason: str = ""
    json: bool = False

    @property
    def verdict(self) -> ScreeningVerdict | None:
        """What is decided; None when nothing is."""
        chosen = [
            (party, outcome)
            for party, outcome in (
                (self.confirm, Outcome.CONFIRMED),
                (self.clear, Outcome.CLEARED),
                (self.undo, Outcome.UNDECIDED),
            )
            if party
        ]
        if len(chosen) > 1:
            raise InputError("Decide about one hit at a time: --confirm, --clear or --undo.")
        return ScreeningVerdict(*chosen[0], self.reason) if chosen else None


_USUAL = ScreenOptions()


def screen(
    target: str,
    /,
    *,
    options: Annotated[ScreenOptions, Parameter(name="*")] = _USUAL,
    desk: At,
) -> None:
    """Say whether a name, or any name of a file, is on a list, with every reason. 名单筛查

    Parameters
    ----------
    target : str
        A name, or a file (CSV, workbook, NDJSON, Parquet) with the columns name and, where known, uscc, lei, region_code,
        identity_number, birth_year.
    """
    verdict, path = options.verdict, Path(target)
    wishes = _from_file(path, options) if _is_file(path) else [_wish(target, options)]
    if verdict is not None and len(wishes) != 1:
        raise InputError("A decision is about one name, not about a file.")
    question = Question(operator(), options.as_of or today_in_shanghai())
    with desk.service() as service:
        keys = Keys(service.keys.identity.material)
        asked = {"wishes": [asdict(wish) for wish in wishes], "verdict": str(verdict)}
        answers = service.answer(
            question, "cli.screen", asked, lambda asking: _answer(asking, wishes, verdict, keys)
        )
    if options.json:
        write_json({"screenings": [asdict(answer) for answer in answers]})
    else:
        _show(desk, answers)


def _answer(
    asking: Asking, wishes: Sequence[ScreeningInput], verdict: ScreeningVerdict | None, keys: Keys
) -> tuple[ScreeningAnswer, ...]:
    if verdict is not None:
        return (decide_screening(asking, wishes[0], verdict, keys),)
    return screen_many(asking, wishes, keys)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name may be too long for a path
        return False


def _wish(name: str, options: ScreenOptions) -> ScreeningInput:
    return ScreeningInput(name, options.uscc or None, kind=_kind(options.kind))


def _kind(word: str) -> str | None:
    if word not in _KINDS:
        raise InputError("--kind is company or person.")
    return _KINDS[word]


def _from_file(path: Path, options: ScreenOptions) -> list[ScreeningInput]:
    rows = read_rows(read_bytes(path), path.name)
    fields = {COLUMNS[column]: rows.column(column) for column in rows.header if column in COLUMNS}
    if "name" not in fields:
        raise InputError(f"{path.name} has no column of names: call it name, 名称, 企业名称 or 姓名.")
    if options.uscc:
        raise InputError("In a file the codes stand in its column uscc.")
    return [_row(rows, at, fields, options) for at in range(len(rows))]


def _row(rows: Rows, at: int, fields: dict[str, list[str]], options: ScreenOptions) -> ScreeningInput:
    given = {name: column[at] or None for name, column in fields.items()}
    year = given.pop("birth_year", None)
    if year is not None and not (year.isascii() and year.isdigit()):
        raise InputError(f"{rows.name}, line {rows.lines[at]}: a year of birth has four digits.")
    name = given.pop("name") or ""
    if not name:
        raise InputError(f"{rows.name}, line {rows.lines[at]}: there is no name.")
    return ScreeningInput(name, **given, birth_year=int(year) if year else None, kind=_kind(options.kind))


def _show(desk: Desk, answers: Sequence[ScreeningAnswer]) -> None:
    table = Table("asked 查询", "decision 结论", "score", "listed 名单主体", "lists 名单", "why 依据")
    for answer in answers:
        if not answer.hits:
            table.add_row(answer.name, "no", "", "", "", "")
        for hit in answer.hits:
            kinds = ", ".join(dict.fromkeys(str(entry.list_kind) for entry in hit.entries))
            why = "; ".join(f"{feature.zh} {feature.en}" for feature in hit.features)
            decided = hit.decided
            said = "" if decided is None else f" [{decided.outcome}{'' if decided.holds else ', open again'}]"
            table.add_row(
                answer.name, hit.decision + said, f"{hit.score:.2f}", f"{hit.name} {hit.party}", kinds, why
            )
    desk.out.print(table)
    first = answers[0] if answers else None
    if first is not None:
        lists = ", ".join(f"{each.source}/{each.dataset} {each.as_of}" for each in first.lists) or "none"
        desk.say(f"{len(answers)} screened as of {first.as_of} by {first.algorithm}; lists: {lists}")
