"""``graphql`` on the command line: the same schema, limits and audit as over HTTP, asked as the operator."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_composite_type,
    is_required_argument,
)

from graph_service.api.schema import core_schema
from graph_service.cli.running import run
from graph_service.trust.audit import AuditLog
from graph_service.trust.audit_file import audit_paths, reading
from graph_service.trust.basis import load_basis
from schema.access import Role
from tests.integration.command_line import CommandLine
from tests.integration.deliveries import FIRST, SECOND, TOWN, write

if TYPE_CHECKING:
    from pathlib import Path

CODES = "query Codes($code: Uscc!) { enterpriseByCode(code: $code) { graphId name } }"
FIELDS = core_schema().query_type.fields  # type: ignore[union-attr]
MAY_ASK = sorted(name for name in FIELDS if Role.OPERATOR in load_basis().operations[name])
EXAMPLES: dict[str, Any] = {
    "ID": f"E:{FIRST}",
    "String": "0123456789abcdef@1",
    "Uscc": FIRST,
    "Int": 1,
    "Float": 0.5,
    "Ratio": 0.5,
    "Boolean": True,
    "Date": "2026-01-01",
    "DateTime": "2026-01-01T00:00:00Z",
    "Long": "1",
    "Parameters": {},
}


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    for name in ("STORE", "DATA_DIR", "DEBUG"):
        monkeypatch.delenv(f"GRAPH_SERVICE_{name}", raising=False)
    line = CommandLine(tmp_path / "data", capsys)
    assert line("load", "canonical", write(tmp_path / "town", TOWN), "--quiet").code == 0
    return line


def test_a_document_with_variables_is_answered_as_json_and_nothing_else(cli: CommandLine) -> None:
    done = cli("graphql", CODES, "--variables", f'{{"code": "{FIRST}"}}')
    assert (done.code, done.err) == (0, "")
    assert done.json["data"]["enterpriseByCode"]["graphId"] == f"E:{FIRST}"


def test_the_document_comes_from_a_file_or_from_standard_input(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "codes.graphql"
    document.write_text(CODES + " query Me { me { role purpose } }", encoding="utf-8")
    asked = cli("graphql", "--file", document, "--operation", "Me", "--purpose", "STATISTICS")
    assert asked.json["data"]["me"] == {"role": "OPERATOR", "purpose": "STATISTICS"}
    monkeypatch.setattr("sys.stdin", io.StringIO("{ me { role } }"))
    assert cli("graphql", "-").json["data"]["me"] == {"role": "OPERATOR"}


def test_the_day_holds_for_every_field_that_names_none(cli: CommandLine) -> None:
    tree = f'{{ ownershipTree(id: "E:{SECOND}", direction: UP%s) {{ holdings {{ totalCount }} }} }}'
    assert _holdings(cli("graphql", tree % "").json) == 2
    assert _holdings(cli("graphql", tree % "", "--as-of", "2019-06-01").json) == 0
    assert _holdings(cli("graphql", tree % ', asOf: "2025-06-01"', "--as-of", "2020-06-01").json) == 2


def _holdings(body: Any) -> int:
    return int(body["data"]["ownershipTree"]["holdings"]["totalCount"])


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('{ node(id: "E:nobody") { id } }', "NOT_FOUND"),
        ("{ myConsents { totalCount } }", "FORBIDDEN"),
        ("{ nothing }", "BAD_USER_INPUT"),
        ("{ me { role }", "BAD_USER_INPUT"),
    ],
)
def test_an_answer_with_errors_is_printed_and_ends_with_1(cli: CommandLine, document: str, code: str) -> None:
    done = cli("graphql", document)
    assert done.code == 1
    assert [error["extensions"]["code"] for error in done.json["errors"]] == [code]


def test_a_limit_of_the_api_is_a_limit_here(cli: CommandLine) -> None:
    wide = "{ " + " ".join(f"a{n}: me {{ role }}" for n in range(30)) + " }"
    done = cli("graphql", wide)
    assert done.code == 1
    assert "aliases" in done.json["errors"][0]["message"]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("{ me { role } }", "--file", "there.graphql"),
        ("--file", "nowhere.graphql"),
        (" ",),
        ("{ me { role } }", "--variables", "[1]"),
        ("{ me { role } }", "--variables", "{"),
        ("{ me { role } }", "--as-of", "tomorrow"),
    ],
)
def test_a_wrong_call_is_a_usage_error(cli: CommandLine, words: tuple[str, ...]) -> None:
    done = cli("graphql", *words)
    assert (done.code, done.out) == (2, "")


def test_who_acts_for_a_bank_says_so_and_it_is_audited(cli: CommandLine) -> None:
    query = f'{{ postLoanAlerts(bank: "E:{FIRST}") {{ totalCount }} }}'
    assert cli("graphql", query).code == 1
    done = cli("graphql", query, "--org", f"E:{FIRST}")
    assert done.json == {"data": {"postLoanAlerts": {"totalCount": 0}}}
    rows = AuditLog(cli.data / "audit").for_subject(f"E:{FIRST}")
    assert [(row.operation, row.org) for row in rows if row.code is None] == [
        ("postLoanAlerts", f"E:{FIRST}")
    ]


@pytest.mark.parametrize("field", MAY_ASK)
def test_every_operation_of_the_operator_is_executed_and_audited(
    asked_all: dict[str, Any], field: str
) -> None:
    """New fields need no example of their own: arguments are made from their types."""
    assert "data" in asked_all["answers"][field], asked_all["answers"][
        field
    ]  # executed, whatever was answered
    codes = {error["extensions"]["code"] for error in asked_all["answers"][field].get("errors", ())}
    assert "INTERNAL_SERVER_ERROR" not in codes
    assert field in asked_all["audited"]


@pytest.fixture(scope="module")
def asked_all(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every operation, asked once of one town, with what the audit holds afterwards."""
    folder = tmp_path_factory.mktemp("asked")
    data = folder / "data"
    assert run(["load", "canonical", str(write(folder / "town", TOWN)), "--quiet", "--data", str(data)]) == 0
    answers = {}
    for field in MAY_ASK:
        said = io.StringIO()
        with redirect_stdout(said):
            code = run(["graphql", document_for(field), "--data", str(data)])
        answers[field] = orjson.loads(said.getvalue())
        assert code == (1 if "errors" in answers[field] else 0)
    with reading(audit_paths(data / "audit")["cli"]) as connection:
        audited = {row[0] for row in connection.execute("SELECT DISTINCT operation FROM audit")}
    return {"answers": answers, "audited": audited}


def document_for(field: str) -> str:
    """A document that asks one field, with an example for every argument that it must have."""
    declared = FIELDS[field]
    given = [f"{name}: {written(a.type)}" for name, a in declared.args.items() if is_required_argument(a)]
    arguments = f"({', '.join(given)})" if given else ""
    inner = " { __typename }" if is_composite_type(get_named_type(declared.type)) else ""
    return f"{{ {field}{arguments}{inner} }}"


def written(kind: GraphQLInputType) -> str:
    """An example of an input type, as a document writes it."""
    if isinstance(kind, GraphQLNonNull):
        return written(kind.of_type)
    if isinstance(kind, GraphQLList):
        return f"[{written(kind.of_type)}]"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        inner = (
            f"{n}: {written(f.type)}" for n, f in kind.fields.items() if isinstance(f.type, GraphQLNonNull)
        )
        return "{" + ", ".join(inner) + "}"
    value = EXAMPLES[kind.name]
    return "{}" if value == {} else f'"{value}"' if isinstance(value, str) else str(value).lower()
