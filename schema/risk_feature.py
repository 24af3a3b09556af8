"""Risk features 风险特征 as declarations: what is counted, over which window, around whom. The evaluator is elsewhere.

A feature is *source × where × aggregation × window × scope*. ``schema/risk_features/*.toml`` declares sources, relations
and families; a family is the product of its lists, so that each of its features says something that no other one says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SELF = "self"
STRUCTURE, RELATION = "structure", "relation"
"""Sources that are no events: numbers of the graph's shape, and the related parties themselves."""


class Coverage(StrEnum):
    """What it means that a source says nothing of a party."""

    DECLARED = "DECLARED"  # the register is complete: nothing stated means there is nothing 无
    EVIDENCED = "EVIDENCED"  # nobody promises that: a party without any record of the source is unknown 未知


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    FEN = "fen"
    DAYS = "days"
    RATIO = "ratio"  # or a growth, which may be negative or above 1
    FLAG = "flag"  # 1 yes, 0 no

    @property
    def whole(self) -> bool:
        """Whether values are integers."""
        return self is not Unit.RATIO


@dataclass(frozen=True)
class Measure:
    """A number of one record: an SQL expression over the source's columns, null where the record does not say."""

    id: str
    zh: str
    en: str
    expr: str
    unit: Unit


@dataclass(frozen=True)
class Slice:
    """Which records of a source count: an SQL condition over its columns, empty for all of them."""

    id: str
    zh: str
    en: str
    where: str


@dataclass(frozen=True)
class Source:
    """Dated records about parties.

    Parameters
    ----------
    id, zh, en : str
    fact : str
        The relationship that ties a party to the record.
    party : str
        At which end of it the party stands: start or end.
    record : str
        Key label of the record at the other end; empty when the fact itself is the record and the other end is the
        counterparty.
    day : str
        The date column that places a record in time; ``month``: the last day of the month that a record is about; or
        ``since``: the day from which the fact holds.
    counterparty : str
        The relationship that leads from the record to the other party, or a column that names it; may be empty.
    coverage : Coverage
    """

    id: str
    zh: str
    en: str
    fact: str
    party: str
    record: str
    day: str
    counterparty: str
    coverage: Coverage


@dataclass(frozen=True)
class Relation:
    """Related parties 关联范围: who is reached by walking.

    Parameters
    ----------
    id, zh, en : str
    paths : tuple of tuples of str
        Alternatives. A step ``"OWNS>"`` follows facts from start to end, ``"<OWNS"`` the other way, and
        ``"<LEGAL_REP_OF|HOLDS_POST"`` follows either relationship. Whoever stands at the end of a path is a member.
    times : int
        How often a path may be walked on from its members; 0: until nobody new is found.
    majority : bool
        Follow OWNS only where the holder has more than half of the declared capital.
    share : float
        Instead of paths: everyone whose final share over all walks is at least this (25 % inclusive: 0.25).
    label : str
        Only members of this key label; empty for all.
    coverage : Coverage
    """

    id: str
    zh: str
    en: str
    paths: tuple[tuple[str, ...], ...]
    times: int
    majority: bool
    share: float
    label: str
    coverage: Coverage


class Around(StrEnum):
    """Around whom an aggregation can be taken."""

    SELF = "the enterprise itself"
    OTHERS = "related parties"
    ANY = "the enterprise itself or related parties"


@dataclass(frozen=True)
class Aggregation:
    """How many records become one number.

    ``unit`` None: the measure's. ``window``: None takes one or not, True needs one, False takes none.
    """

    id: str
    zh: str
    en: str
    of: frozenset[str]
    unit: Unit | None = Unit.COUNT
    measured: bool = False
    window: bool | None = None
    around: Around = Around.ANY


_EVENTS, _SHAPE, _TIES = frozenset({"event"}), frozenset({STRUCTURE}), frozenset({RELATION})
_RATIO, _DAYS = Unit.RATIO, Unit.DAYS
_ALONE, _OTHERS = Around.SELF, Around.OTHERS

# Id, Chinese, English, of what, unit (None: the measure's), whether measured, window, around whom.
_AGGREGATIONS = (
    Aggregation("count", "{what}次数", "number of {what}", _EVENTS),
    Aggregation("sum", "{what}{measure}合计", "sum of {measure} of {what}", _EVENTS, None, True),
    Aggregation("max", "{what}{measure}最大值", "greatest {measure} of {what}", _EVENTS | _SHAPE, None, True),
    Aggregation("min", "{what}{measure}最小值", "least {measure} of {what}", _EVENTS, None, True),
    Aggregation("mean", "{what}{measure}均值", "mean {measure} of {what}", _EVENTS, _RATIO, True),
    Aggregation(
        "days_since_last",
        "距最近一次{what}天数",
        "days since the last of {what}",
        _EVENTS,
        _DAYS,
        window=False,
    ),
    Aggregation(
        "days_since_first", "距首次{what}天数", "days since the first of {what}", _EVENTS, _DAYS, window=False
    ),
    Aggregation("trend", "{what}次数较上期增减", "change in the number of {what}", _EVENTS, window=True),
    Aggregation(
        "growth",
        "{what}{measure}合计较上期增长率",
        "growth of the sum of {measure} of {what}",
        _EVENTS,
        _RATIO,
        True,
        True,
    ),
    Aggregation("distinct", "{what}涉及对象数", "distinct counterparties of {what}", _EVENTS, around=_ALONE),
    Aggregation(
        "top_share",
        "{what}{measure}第一大对象占比",
        "part of the largest counterparty in the {measure} of {what}",
        _EVENTS,
        _RATIO,
        True,
        around=_ALONE,
    ),
    Aggregation(
        "concentration",
        "{what}{measure}对象集中度",
        "Herfindahl index over counterparties of the {measure} of {what}",
        _EVENTS,
        _RATIO,
        True,
        around=_ALONE,
    ),
    Aggregation(
        "share",
        "{what}次数占全部之比",
        "part of {what} in the number of all records",
        _EVENTS,
        _RATIO,
        around=_ALONE,
    ),
    Aggregation(
        "amount_share",
        "{what}{measure}占全部之比",
        "part of {what} in the {measure} of all records",
        _EVENTS,
        _RATIO,
        True,
        around=_ALONE,
    ),
    Aggregation(
        "latest",
        "最近一期{what}{measure}",
        "{measure} of the latest of {what}",
        _EVENTS,
        None,
        True,
        False,
        _ALONE,
    ),
    Aggregation(
        "previous",
        "上一期{what}{measure}",
        "{measure} of the last but one of {what}",
        _EVENTS,
        None,
        True,
        False,
        _ALONE,
    ),
    Aggregation(
        "change",
        "{what}{measure}较上一期变动",
        "change of {measure} between the last two of {what}",
        _EVENTS,
        None,
        True,
        False,
        _ALONE,
    ),
    Aggregation(
        "relative_change",
        "{what}{measure}较上一期变动率",
        "relative change of {measure} between the last two of {what}",
        _EVENTS,
        _RATIO,
        True,
        False,
        _ALONE,
    ),
    Aggregation(
        "least_latest",
        "最近一期{what}{measure}最小值",
        "least {measure} among the latest of {what}",
        _EVENTS,
        None,
        True,
        False,
        _OTHERS,
    ),
    Aggregation(
        "total_latest",
        "最近一期{what}{measure}合计",
        "sum of {measure} over the latest of {what}",
        _EVENTS,
        None,
        True,
        False,
        _OTHERS,
    ),
    Aggregation("members", "有{what}的户数", "how many have {what}", _EVENTS | _SHAPE, around=_OTHERS),
    Aggregation(
        "member_share", "有{what}的户数占比", "what part have {what}", _EVENTS, _RATIO, around=_OTHERS
    ),
    Aggregation("value", "{what}", "{what}", _SHAPE, None, True, False, _ALONE),
    Aggregation("degree", "{what}数量", "number of {what}", _TIES, window=False, around=_OTHERS),
    Aggregation("joined", "{what}新增数", "number of new {what}", _TIES, window=True, around=_OTHERS),
    Aggregation("left", "{what}退出数", "number of former {what}", _TIES, window=True, around=_OTHERS),
    Aggregation(
        "turnover",
        "{what}变动率",
        "new and former {what} as a part of all then or now",
        _TIES,
        _RATIO,
        window=True,
        around=_OTHERS,
    ),
)
AGGREGATIONS: dict[str, Aggregation] = {a.id: a for a in _AGGREGATIONS}
"""The closed list. What each is, exactly: ``algorithms/features/__init__.py``."""


@dataclass(frozen=True)
class RiskFeature:
    """One feature.

    Parameters
    ----------
    code : str
        Stable and unique: ``<source>.<slice>.<aggregation>[_<measure>][.<window>d].<scope>``.
    zh, en : str
        What a reader is told it is.
    source : str
        Id of a source of records, ``structure`` or ``relation``; the family by which the catalogue is listed.
    where : str
        Condition on the records; empty for all.
    measure : Measure or None
        The number that is aggregated.
    aggregation : str
        Key of ``AGGREGATIONS``.
    window : int or None
        Days up to and including the day asked about; None for ever.
    scope : str
        ``self`` or the id of a relation.
    version : str
        Of the file that declares it.
    sample : bool
        True for the list that ships: meaningful, yet not the list of any credit centre.
    """

    code: str
    zh: str
    en: str
    source: str
    where: str
    measure: Measure | None
    aggregation: str
    window: int | None
    scope: str
    version: str
    sample: bool

    @property
    def unit(self) -> Unit:
        """What the value counts."""
        unit = AGGREGATIONS[self.aggregation].unit
        return unit or (self.measure.unit if self.measure else Unit.COUNT)

    @property
    def expr(self) -> str:
        """The whole definition in one line."""
        what = self.measure.expr if self.measure else "*"
        days = [f"day > as_of - {self.window}"] if self.window and self.source != RELATION else []
        where = " AND ".join([*([f"({self.where})"] if self.where else []), *days])
        since = f", as_of - {self.window}" if self.window and self.source == RELATION else ""
        condition = f" WHERE {where}" if where else ""
        return f"{self.aggregation}({what}{since}) FROM {self.source}{condition} OF {self.scope}"


@dataclass(frozen=True)
class Registry:
    """A list of features with the sources and relations that they are made of."""

    version: str
    sources: dict[str, Source]
    relations: dict[str, Relation]
    features: dict[str, RiskFeature]
