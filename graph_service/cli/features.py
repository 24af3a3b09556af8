"""``features``: the registry of risk features, a check of another one, one party's values, and the table of all."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.table import Table

from algorithms.features import load, parse, parse_csv
from graph_service.asking import Question
from graph_service.cli.desk import At, Desk, write_json
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from graph_service.use_cases.features import (
    FeatureState,
    FeatureTable,
    FeatureValue,
    choose,
    entry_of,
    feature_table,
    feature_values,
)
from schema.access import Purpose
from schema.errors import InputError
from schema.periods import today_in_shanghai
from schema.risk_feature import Registry

_OPERATION = "cli.features"


@dataclass(frozen=True)
class FeatureOptions:
    """Which features, about when, and why.

    Parameters
    ----------
    family : str, optional
        Only the features of this source, e.g. penalty 来源.
    registry : Path, optional
        A credit centre's own list instead of the one that ships 自有特征表: a CSV file, a TOML file or a folder of them.
    as_of : date, optional
        What was true on that day 时点; default: today in Shanghai.
    json : bool
        One JSON object on standard output, and nothing else.
    purpose : Purpose
        Why you ask 用途; it is audited.
    org : str, optional
        The bank on whose behalf you ask 受托银行, e.g. E:…: it opens that bank's own loans, and is audited.
    """

    family: str | None = None
    registry: Path | None = None
    as_of: dt.date | None = None
    json: bool = False
    purpose: Annotated[Purpose, Parameter(name="--purpose", name_transform=str)] = Purpose.OPERATIONS
    org: str | None = None

    def question(self) -> Question:
        """Return who asks, and about when."""
        return Question(operator(self.purpose, self.org), self.as_of or today_in_shanghai())

    def features(self) -> Registry:
        """Return the registry."""
        return load() if self.registry is None else read_registry(self.registry)


Options = Annotated[FeatureOptions, Parameter(name="*")]
_USUAL = FeatureOptions()


def read_registry(path: Path) -> Registry:
    """Read a list over the sources and relations that ship; RulebookInvalid says what is wrong, and where."""
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        raise InputError(f"There is no .toml file in {path}.")
    try:
        texts = {each.name: each.read_text(encoding="utf-8") for each in files}
    except (OSError, UnicodeDecodeError) as reason:
        raise InputError(f"{path} cannot be read as text: {reason}.") from None
    if path.suffix.lower() == ".csv":
        return parse_csv(texts[path.name], path.name, load())
    return parse(texts, load())


def catalogue(*, options: Options = _USUAL, desk: At) -> None:
    """List the registry: codes with what they are. 特征目录"""
    Policy().authorise(operator(options.purpose), _OPERATION)
    found = [entry_of(each) for each in choose(options.features(), None, options.family)]
    if options.json:
        write_json({"features": [asdict(each) for each in found]})
        return
    for each in found:
        desk.say(f"{each.code}  {each.zh}  {each.en}")
    desk.say(f"{len(found)} features")


def check(path: Path, /, *, desk: At) -> None:
    """Check a credit centre's own list: CSV, TOML, or a folder of TOML; say what is wrong. 校验特征表

    Parameters
    ----------
    path : Path
        The list.
    """
    Policy().authorise(operator(), _OPERATION)
    found = read_registry(path)
    desk.say(f"{path}: {len(found.features)} features, version {found.version}: all can be computed.")


def evaluate(
    party: str,
    /,
    *,
    code: Annotated[tuple[str, ...], Parameter(name=["--code", "-c"])] = (),
    options: Options = _USUAL,
    desk: At,
) -> None:
    """Evaluate features of one party, with the facts behind each value. 计算特征

    Parameters
    ----------
    party : str
        Its graph id, e.g. E:….
    code : tuple
        A feature; repeat for more 特征代码.
    """
    registry = options.features()
    chosen = choose(registry, code or None, options.family)
    with desk.service() as service:
        found = service.answer(
            options.question(),
            _OPERATION,
            {"party": party, "codes": code, "family": options.family},
            lambda asking: feature_values(asking, party, registry, chosen),
        )
    if options.json:
        write_json({"values": [_plain(each) for each in found]})
    else:
        _show(desk, found)


def export(path: Path, /, *, long: bool = False, options: Options = _USUAL, desk: At) -> None:
    """Write the features of all enterprises as one Parquet file, keyed by enterprise, feature and day. 导出特征库

    Parameters
    ----------
    path : Path
        File to write.
    long : bool
        One row per enterprise, feature and day that has a value, instead of one column per feature.
    """
    registry = options.features()
    chosen = choose(registry, None, options.family)
    with desk.service() as service:
        asked = {"path": path.name, "family": options.family, "long": long}
        table = service.answer(
            options.question(), _OPERATION, asked, lambda a: feature_table(a, registry, chosen, long=long)
        )
    _write(path, table)
    desk.say(f"{path}: {table.frame.height:,} rows, {len(chosen):,} features, {table.metadata['as_of']}")


def _write(path: Path, table: FeatureTable) -> None:
    try:
        table.frame.write_parquet(path, metadata=table.metadata)
    except OSError as reason:
        raise InputError(f"The features cannot be written to {path}: {reason}.") from None


def _plain(each: FeatureValue) -> dict[str, Any]:
    return asdict(each)


def _show(desk: Desk, found: tuple[FeatureValue, ...]) -> None:
    table = Table("code", "zh", "value", "unit", "facts")
    for each in found:
        table.add_row(
            each.feature.code, each.feature.zh, _said(each), each.feature.unit.value, str(len(each.facts))
        )
    desk.out.print(table)
    desk.say(f"{len(found)} features")


def _said(each: FeatureValue) -> str:
    if each.state is not FeatureState.VALUE:
        return each.state.value.lower()
    return str(each.amount_fen) if each.value is None else f"{each.value:g}"
