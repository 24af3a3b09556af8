"""The catalogue keeps its rules, and each rule catches what it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from queries.header import HeaderError, parse_header
from queries.lint import lint_catalogue, lint_text

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
// holders: who holds this enterprise, directly or through others?
// params: $id STRING, $as_of DATE, $known_run INTEGER,
//   $audiences LIST<STRING>, $region STRING
// returns: holder_id STRING, ratio FLOAT [0,1], posts LIST<STRING>
// bounds: 10 hops, 500 rows
// access: reads-facts
MATCH p = (h)-[r:OWNS*1..10]->(e:LegalEntity {id: $id})  // an open * or $stray in a comment is no matter
WHERE all(f IN relationships(p) WHERE f.run <= $known_run AND f.audience IN $audiences
          AND f.valid_from <= $as_of AND f.note <> 'properties(' AND size(f.parts) * 2 > 1)
  AND coalesce(h.region_code, h.village_code, $region) STARTS WITH $region
  AND coalesce(e.region_code, e.village_code, $region) STARTS WITH $region
CALL (h) { MATCH (h)-[o:HOLDS_POST]->() RETURN collect(o.post) AS posts }
WITH h, p, posts, CASE WHEN h.a THEN {x: 1, y: [1, 2]} END AS extra
RETURN h.id AS holder_id, reduce(q = 1.0, f IN relationships(p) | q * f.share_ratio) AS ratio, posts
ORDER BY holder_id LIMIT 500
"""


def test_the_catalogue_keeps_every_rule(root: Path) -> None:
    assert [str(finding) for finding in lint_catalogue(root / "queries" / "catalogue")] == []


def test_a_file_that_keeps_every_rule_has_no_finding() -> None:
    assert lint_text("holders", GOOD) == []


PLANTED = [
    ("name", "// holders:", "// owners:"),
    ("header", "// holders: who holds this enterprise, directly or through others?\n", ""),
    ("header", "// bounds: 10 hops, 500 rows\n", ""),
    ("header", "// access: reads-facts", "// access: whatever"),
    ("header", "// access: reads-facts", "// access: reads-facts\n// access: admin"),
    ("header", "$id STRING", "$id TEXT"),
    ("header", "$id STRING", "id STRING"),
    ("header", "holder_id STRING", "holder_id STRING, holder_id STRING"),
    ("header", "// bounds", "// limits"),
    ("param-undeclared", "$id STRING, ", ""),
    ("param-unused", "$id STRING", "$id STRING, $other STRING"),
    ("facts-unfiltered", "$as_of", "$on"),
    ("facts-unfiltered", "$known_run", "$run"),
    ("facts-unfiltered", "$audiences", "$classes"),
    ("facts-undeclared", "reads-facts", "reads-nodes"),
    ("region-unfiltered", "AND coalesce(h.region_code", "AND coalesce(e.region_code"),
    ("region-unfiltered", "$region) STARTS WITH $region\nCALL", "$region) <> $region\nCALL"),
    ("unbounded-path", "OWNS*1..10", "OWNS*"),
    ("unbounded-path", "OWNS*1..10", "OWNS*1.."),
    ("unbounded-path", "OWNS*1..10", "OWNS*.."),
    ("unbounded-path", "OWNS*1..10", "OWNS* {audience: 'PUBLIC'}"),
    (
        "unbounded-path",
        "(h)-[r:OWNS*1..10]->(e:LegalEntity {id: $id})",
        "shortestPath((h)-[*]->(e {id: $id}))",
    ),
    (
        "unbounded-path",
        "(h)-[r:OWNS*1..10]->(e:LegalEntity {id: $id})",
        "shortestPath((h)-[:OWNS]->(e {id: $id}))",
    ),
    ("quantified-path", "-[r:OWNS*1..10]->", "-[r:OWNS]->{1,10}"),
    ("quantified-path", "-[r:OWNS*1..10]->", "-[r:OWNS]->+"),
    ("quantified-path", "(h)-[r:OWNS*1..10]->(e", "((h)-[r:OWNS]->(x)){1,}(e"),
    ("properties-function", "h.id AS holder_id", "properties(h) AS holder_id"),
    ("map-projection", "h.id AS holder_id", "h {.id, .*} AS holder_id"),
    ("map-projection", "h.id AS holder_id", "h { .* } AS holder_id"),
    ("percentile-cont", "h.id AS holder_id", "percentileCont(h.x, 0.5) AS holder_id"),
    ("in-transactions", "CALL (h) {", "CALL { WITH 1 AS x RETURN x AS y } IN 5 TRANSACTIONS CALL (h) {"),
    ("columns", "h.id AS holder_id", "h.id AS owner_id"),
    ("columns", "AS ratio, posts", "AS ratio"),
    ("columns", "holder_id STRING, ratio FLOAT [0,1]", "ratio FLOAT [0,1], holder_id STRING"),
    ("columns", "LIMIT 500", "UNION RETURN 1 AS one"),
]


@pytest.mark.parametrize(("code", "there", "planted"), PLANTED)
def test_a_planted_violation_is_found(code: str, there: str, planted: str) -> None:
    text = GOOD.replace(there, planted)
    assert text != GOOD
    assert code in {finding.code for finding in lint_text("holders", text)}


def test_a_query_that_returns_nothing_must_not_declare_columns() -> None:
    write = "// close: closes facts\n// params: none\n// returns: {}\n// bounds: one batch\n// access: writes\nMATCH (n) SET n.a = 1\n"
    assert lint_text("close", write.format("none")) == []
    assert [finding.code for finding in lint_text("close", write.format("n STRING"))] == ["columns"]


def test_a_name_is_used_once_in_the_catalogue(tmp_path: Path) -> None:
    for folder in ("lending", "ownership"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "holders.cypher").write_text(GOOD, encoding="utf-8")
    assert [finding.code for finding in lint_catalogue(tmp_path)] == ["duplicate"]


def test_the_header_is_read_in_order_with_its_continuations() -> None:
    header = parse_header(GOOD)
    assert list(header.params) == ["id", "as_of", "known_run", "audiences", "region"]
    assert header.returns == {"holder_id": "STRING", "ratio": "FLOAT [0,1]", "posts": "LIST<STRING>"}
    with pytest.raises(HeaderError, match="first line"):
        parse_header("MATCH (n) RETURN n")
