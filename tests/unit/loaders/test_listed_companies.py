from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.identity.references import Resolver
from loaders.sources import listed_companies
from loaders.staging import Staged, stage
from schema.errors import FileRefused
from tests.unit.loaders.desk import KEYS, codes

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "stock": ["stock_id:ID(Stock),name,code,:LABEL", "600001,测试一号,600001,Company"],
    "executive": ["person_id:ID(Executive),name,gender,age:int,:LABEL", "x1,测试人,男,58,Person"],
    "executive_stock": [
        ":START_ID(Executive),jobs,:END_ID(Stock),:TYPE",
        "x1,董事长/董事,600001,employ_of",
        "x1,名誉董事长,600002,employ_of",
        "x1,董事/园丁,600003,employ_of",
        "x1,独立董事/名誉主席,600004,employ_of",
    ],
    "industry": ["industry_id:ID(Industry),name,:LABEL", "i1,仪器仪表,Industry", "i2,次新股,Industry"],
    "stock_industry": [
        ":START_ID(Stock),:END_ID(Industry),:TYPE",
        "600001,i1,industry_of",
        "600001,i2,industry_of",
        "600001,i9,industry_of",
    ],
    "concept": ["concept_id:ID(Concept),name,:LABEL", "c1,测试概念,Concept"],
}


def written(folder: Path, **changed: list[str]) -> Path:
    for stem, lines in (FILES | changed).items():
        (folder / f"{stem}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def staged(folder: Path) -> tuple[dict[str, Staged], dict[str, int]]:
    results, skipped = {}, {}
    for one in listed_companies.files(folder):
        rows = one.rows(one.path.read_bytes())
        if one.profile is None:
            skipped[one.dataset] = len(rows)
        else:
            results[one.dataset] = stage(rows, one.profile, "list", Resolver("list", KEYS))
    return results, skipped


def test_a_company_is_its_stock_code_and_a_person_the_lists_own_id(tmp_path: Path) -> None:
    results, _ = staged(written(tmp_path))
    (company,) = (item.node for item in results["stock"].items)
    (person,) = (item.node for item in results["executive"].items)
    assert company is not None
    assert person is not None
    assert (company.row["id"], company.row["other_codes"]) == ("E:list:600001", "股票代码 600001")
    assert person.row["id"] == "P:list:x1"
    assert not {"gender", "age"} & person.row.keys()


def test_titles_are_posts_and_an_honorary_one_is_none(tmp_path: Path) -> None:
    posts = staged(written(tmp_path))[0]["executive_stock"]
    held = [[edge.row["post"] for edge in item.edges] for item in posts.items]
    assert held == [["CHAIR", "DIRECTOR"], ["DIRECTOR"]]
    assert len({edge.row["key"] for item in posts.items for edge in item.edges}) == 3
    assert codes(posts, 1) == {("jobs", "post.none")}
    assert codes(posts, 2) == {("jobs", "post.title")}


def test_an_industry_is_a_division_and_a_label_of_the_market_is_skipped(tmp_path: Path) -> None:
    results, skipped = staged(written(tmp_path))
    industries = results["stock_industry"]
    assert [item.node and item.node.row["industry_code"] for item in industries.items] == ["40"]
    assert codes(industries, 1) == {(":END_ID(Industry)", "industry.unknown")}
    assert skipped == {"stock_labels": 1, "industry": 2, "concept": 1}


def test_a_folder_without_what_it_needs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no folder"):
        listed_companies.files(tmp_path / "none")
    with pytest.raises(FileRefused, match=r"no stock\.csv"):
        listed_companies.files(tmp_path)
    (written(tmp_path) / "industry.csv").unlink()
    with pytest.raises(FileRefused, match=r"industry\.csv"):
        listed_companies.files(tmp_path)


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=',"'), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(["stock", "executive", "executive_stock", "stock_industry"]), st.data())
def test_every_row_of_any_table_is_accounted_for(tmp_path: Path, stem: str, data: st.DataObject) -> None:
    header = FILES[stem][0]
    cells = CELLS | st.sampled_from(["x1", "600001", "董事", "i1", "i2"])
    row = st.lists(cells, min_size=header.count(",") + 1, max_size=header.count(",") + 2).map(",".join)
    lines = data.draw(st.lists(row, max_size=5))
    results, skipped = staged(written(tmp_path, **{stem: [header, *lines]}))
    result = results[stem]
    count = len(result.items) + len(result.faults) + len(result.repeats)
    assert count + (skipped["stock_labels"] if stem == "stock_industry" else 0) == len(lines)
