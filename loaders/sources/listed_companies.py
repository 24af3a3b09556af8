"""Listed companies 上市公司 and their directors, as a folder of CSV with the headers of Neo4j's import tool.

Choices that the format leaves open:

- A company is its stock code, ``E:<source>:<code>``, and keeps it as ``other_codes``: the list has no credit codes.
- A person is known by the list's own id only, so that nobody is joined to a namesake; gender and age are not collected.
- ``jobs`` holds several titles (``董事长/董事``): each kind of post is a relationship, all of one row. An honorary title is no post.
- The market's industries are broader than GB/T 4754: each stands for the division that most of it belongs to.
- Concepts are topics of the stock market and no properties of a company: not collected.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from loaders.faults import ValueRefused
from loaders.profile import Profile, Reading, SourceFile, table_files
from loaders.readers.encoding import read_bytes
from loaders.readers.rows import Rows
from loaders.readers.tabular import read_rows
from schema.access import Audience
from schema.errors import FileRefused
from schema.fields import text
from schema.kinds import KINDS
from schema.nodes import NODES
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref, columns_of

SOURCE = "listed_companies"
_WORDS = Path(__file__).with_suffix(".toml")
_LABEL, _TYPE = frozenset({":LABEL"}), frozenset({":TYPE"})
_PERSON, _STOCK = ":START_ID(Executive)", ":END_ID(Stock)"
_OF_STOCK, _INDUSTRY = ":START_ID(Stock)", ":END_ID(Industry)"
_SKIPPED = {
    "industry": "read as the names of stock_industry",
    "concept": "topics of the stock market are not collected",
    "stock_concept": "topics of the stock market are not collected",
}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text("utf-8"))


def _posts() -> tuple[str, ...]:
    return tuple(post for post in _words()["posts"] if post != "none")


def _of(post: str) -> str:
    """The column that names the company in which somebody holds this post."""
    return f"{post.lower()}_of"


_COMPANIES = Kind(
    "listed_companies",
    "上市公司",
    Audience.PUBLIC,
    columns_of([NODES["LegalEntity"].field(name) for name in ("name", "other_codes")], "name"),
    node=NodeRule("LegalEntity", ("record_id",), ("name", "other_codes"), ("Enterprise",)),
)
_POSTS = Kind(
    "listed_posts",
    "上市公司任职",
    Audience.PUBLIC,
    (Column(text("jobs", "职务"), required=True),),
    (
        Ref("person", ("Person",), "任职人"),
        *(Ref(_of(post), ("LegalEntity",), "企业", required=False) for post in _posts()),
    ),
    edges=tuple(
        EdgeRule("HOLDS_POST", "person", _of(post), values={"post": post}, role=post) for post in _posts()
    ),
)
_INDUSTRIES = Kind(
    "listed_industries",
    "上市公司行业",
    Audience.PUBLIC,
    columns_of([NODES["LegalEntity"].field("industry_code")], "industry_code"),
    node=NodeRule("LegalEntity", ("record_id",), ("industry_code",), known=True),
)


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return the files of a folder in loading order; those that are not collected come last, as skipped.

    Raises
    ------
    FileRefused
        When the path is no folder, or holds no ``stock`` table.
    """
    del source  # references are written without it: the resolver puts it in
    if not path.is_dir():
        raise FileRefused(f"{path} is no folder: name the one that holds stock.csv and the others.")
    found = table_files(path)
    if "stock" not in found:
        raise FileRefused(f"{path} holds no stock.csv, the table of the companies.")
    loaded = [SourceFile(found[p.dataset], p.dataset, p) for p in _profiles() if p.dataset in found]
    skipped = [
        SourceFile(file, stem, None, _SKIPPED.get(stem, "no table of listed companies that is known here"))
        for stem, file in found.items()
        if stem not in {"stock", "executive", "executive_stock", "stock_industry"}
    ]
    return [*loaded, *_industries(found), *skipped]


def _profiles() -> tuple[Profile, ...]:
    company = {
        "record_id": Reading(("stock_id:ID(Stock)",)),
        "name": Reading(("name",)),
        "other_codes": Reading(("code",), "股票代码 {}".format),
    }
    person = {"record_id": Reading(("person_id:ID(Executive)",)), "name": Reading(("name",))}
    posts = {_of(post): Reading(("jobs", _STOCK), partial(_holds, post)) for post in _posts()}
    posts["jobs"] = Reading(("jobs",), _checked)
    row = {"record_id": Reading((_PERSON, _STOCK), _pair), "person": Reading((_PERSON,), "P:{}".format)}
    return (
        Profile("stock", _COMPANIES, company, _LABEL),
        Profile("executive", KINDS["persons"], person, _LABEL | {"gender", "age:int"}),
        Profile("executive_stock", _POSTS, row | posts, _TYPE),
    )


def _pair(person: str, stock: str) -> str:
    return f"{person}/{stock}" if person and stock else ""


def _holds(post: str, jobs: str, stock: str) -> str:
    """Return the reference to the company, if one of the titles is of this kind."""
    return f"E:{stock}" if post in _posts_in(jobs) and stock else ""


def _checked(jobs: str) -> str:
    """Say that every title is known and one of them is a post. ValueRefused when it is not so."""
    unknown = [title for title in _titles(jobs) if title not in _title_posts()]
    if unknown:
        raise ValueRefused(f"A title that is known here, not {unknown[0][:20]!r}.", "post.title")
    if not _posts_in(jobs):
        raise ValueRefused("At least one post: an honorary title is none.", "post.none")
    return "known"


@cache
def _posts_in(jobs: str) -> frozenset[str]:
    """Return the kinds of post in ``董事长/董事``."""
    return frozenset(_title_posts().get(title, "none") for title in _titles(jobs)) - {"none"}


@cache
def _title_posts() -> dict[str, str]:
    return {title: post for post, titles in _words()["posts"].items() for title in titles}


def _titles(jobs: str) -> list[str]:
    return [title.strip() for title in jobs.split("/") if title.strip()]


# industries -----------------------------------------------------------------------------------------------------------
def _industries(found: Mapping[str, Path]) -> list[SourceFile]:
    """``stock_industry`` is read twice: the rows that name an industry, and those that name a label of the market."""
    path = found.get("stock_industry")
    if path is None:
        return []
    labels = frozenset(_words()["other"]["no_industry"])
    names = _industry_names(found)
    market = frozenset(one for one, name in names.items() if name in labels)
    readings = {
        "record_id": Reading((_OF_STOCK,)),
        "industry_code": Reading((_INDUSTRY,), partial(_code, names)),
    }
    profile = Profile("stock_industry", _INDUSTRIES, readings, _TYPE)
    reason = f"labels of the market and no industries: {', '.join(sorted(labels))}"
    return [
        SourceFile(path, "stock_industry", profile, reader=partial(_rows, market, False)),
        SourceFile(path, "stock_labels", None, reason, reader=partial(_rows, market, True)),
    ]


def _industry_names(found: Mapping[str, Path]) -> dict[str, str]:
    if "industry" not in found:
        raise FileRefused("stock_industry needs industry.csv beside it, which names the industries.")
    rows = read_rows(read_bytes(found["industry"]), found["industry"].name)
    columns = ("industry_id:ID(Industry)", "name")
    if missing := [column for column in columns if column not in rows.header]:
        raise FileRefused(f"{rows.name} lacks the column {missing[0]}.")
    return dict(zip(*(rows.column(column) for column in columns), strict=True))


def _code(names: Mapping[str, str], industry: str) -> str:
    """Return the division of an industry. ValueRefused for one that the list does not name, or that is new."""
    name = names.get(industry, "")
    try:
        return str(_words()["industries"][name])
    except KeyError:
        raise ValueRefused("An industry of industry.csv that is known here.", "industry.unknown") from None


def _rows(market: frozenset[str], wanted: bool, content: bytes, name: str) -> Rows:
    rows = read_rows(content, name)
    if _INDUSTRY not in rows.header:
        return rows
    return rows.only([i for i, one in enumerate(rows.column(_INDUSTRY)) if (one in market) is wanted])
