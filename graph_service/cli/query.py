"""``query``: put a question of the catalogue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from graph_service.asking import Asking, Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.cli.parameters import read_parameters, typed_parameters
from graph_service.trust.principal import operator
from graph_service.use_cases.named_queries import NamedQuery, ask_named_query
from schema.access import Purpose
from schema.errors import InputError
from schema.periods import today_in_shanghai


@dataclass(frozen=True)
class QueryOptions:
    """About when, why, and how to answer.

    Parameters
    ----------
    as_of : date, optional
        What was true on that day 时点; default: today in Shanghai.
    json : bool
        One JSON object on standard output, and nothing else.
    csv : Path, optional
        Write the rows to this file instead.
    purpose : Purpose
        Why you ask 用途; it is audited.
    """

    as_of: dt.date | None = None
    json: bool = False
    csv: Path | None = None
    purpose: Annotated[Purpose, Parameter(name="--purpose", name_transform=str)] = Purpose.OPERATIONS

    def question(self) -> Question:
        """Return who asks, and about when."""
        return Question(operator(self.purpose), self.as_of or today_in_shanghai())


_USUAL = QueryOptions()


def query(
    name: str,
    /,
    *,
    param: Annotated[tuple[str, ...], Parameter(name=["--param", "-p"])] = (),
    options: Annotated[QueryOptions, Parameter(name="*")] = _USUAL,
    desk: At,
) -> None:
    """Ask a named query (docs/queries.md), as the operator. 命名查询

    Parameters
    ----------
    name : str
        A query of the catalogue, e.g. guarantee_chain.
    param : tuple
        One parameter, name=value; repeat for more 参数.
    """
    given = read_parameters(param)
    question = options.question()
    with desk.service() as service:
        answer = service.answer(
            question, "cli.query", {"name": name, **given}, lambda asking: _ask(asking, name, given)
        )
    if options.json:
        write_json({"columns": answer.columns, "rows": answer.rows})
    elif options.csv is not None:
        _write_csv(options.csv, answer)
    else:
        _show(desk, answer)
    if answer.truncated:
        desk.err.print("There is more: the answer was cut at its bound.", highlight=False)


def _ask(asking: Asking, name: str, given: dict[str, str]) -> NamedQuery:
    return ask_named_query(asking, name, typed_parameters(name, given))


def _show(desk: Desk, answer: NamedQuery) -> None:
    table = Table(*answer.columns)
    for row in answer.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    desk.out.print(table)
    desk.say(f"{len(answer.rows)} rows")


def _write_csv(path: Path, answer: NamedQuery) -> None:
    # Half a second to import, and only here.
    import pandas as pd  # noqa: PLC0415

    try:
        pd.DataFrame(answer.rows, columns=list(answer.columns)).to_csv(path, index=False)
    except OSError as reason:
        raise InputError(f"The rows cannot be written to {path}: {reason.strerror}.") from None
