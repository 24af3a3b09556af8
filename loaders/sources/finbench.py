"""LDBC FinBench (snapshot CSV, delimited by ``|``): companies, persons, investments, guarantees, loans, applications.

Choices that the format leaves open:

- Ids exceed 2⁵³ and stay text. A number may be a company's and a person's: ``E:finbench:<id>`` and ``P:finbench:<id>``.
- ``createTime`` is the instant of an event, in local time: the relationship holds from that day on. Of a company, person
  or loan it is the moment of the benchmark's own record, which says nothing of the subject: not collected. A loan's is
  its application's; when it was paid out, only the deposit file would say.
- An edge has no id, and its ends repeat: its record is the file, both ends and ``createTime``.
- A guarantee has no amount, which stays unknown.
- Amounts are yuan, rounded half to even to fen.
- ``isBlocked`` is a payment platform's flag, no registration status: not collected.
- Nobody's bank is named, so loans and applications are for members, not for one bank.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from loaders.faults import ValueRefused
from loaders.profile import Profile, Reading, SourceFile, table_files
from schema.access import Audience
from schema.errors import FileRefused
from schema.kinds import KINDS
from schema.money import MoneyUnit, parse_money
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref

SOURCE = "finbench"
_CUT = "_head3000"

_LOANS = Kind(
    "finbench_loans",
    "贷款",
    Audience.MEMBER,
    tuple(Column(NODES["Loan"].field(name), required=True) for name in ("principal_fen", "balance_fen")),
    node=NodeRule("Loan", ("record_id",), ("principal_fen", "balance_fen")),
)
_APPLICATIONS = Kind(
    "finbench_applications",
    "贷款申请",
    Audience.MEMBER,
    refs=(Ref("applicant", PARTY, "申请人"), Ref("loan", ("Loan",), "贷款")),
    edges=(EdgeRule("APPLIED_FOR", "applicant", "loan"),),
)


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return the files of a FinBench directory in loading order; those not modelled yet come last, as skipped.

    Raises
    ------
    FileRefused
        When the path is no directory or holds no FinBench file.
    """
    if not path.is_dir():
        raise FileRefused(f"{path} is no directory: name the one that holds Company.csv and the others.")
    found = table_files(path, _CUT)
    known = profiles(source)
    if not found.keys() & known.keys():
        raise FileRefused(f"{path} holds no FinBench file, such as Company.csv.")
    loaded = [SourceFile(found[stem], stem, known[stem], delimiter="|") for stem in known if stem in found]
    skipped = [
        SourceFile(file, stem, None, _reason(stem), "|") for stem, file in found.items() if stem not in known
    ]
    return [*loaded, *skipped]


def _reason(stem: str) -> str:
    return "until accounts are modelled" if stem in _ACCOUNTS else "not a FinBench file that is known here"


def profiles(source: str) -> dict[str, Profile]:
    """Return the profile of every file that is loaded, by its stem, in loading order.

    Parameters
    ----------
    source : str
        Part of every id: references name it, because a bare number could be read as another identifier.
    """
    entity, person = f"E:{source}:", f"P:{source}:"
    listed = (
        _parties("Company", "enterprises", "companyId", "companyName", entity_kind=Reading((), _enterprise)),
        _parties("Person", "persons", "personId", "personName"),
        _loans(),
        _investment("CompanyInvestCompany", entity, entity),
        _investment("PersonInvestCompany", person, entity),
        _guarantee("CompanyGuaranteeCompany", entity),
        _guarantee("PersonGuaranteePerson", person),
        _application("CompanyApplyLoan", "companyId", entity),
        _application("PersonApplyLoan", "personId", person),
    )
    return {profile.dataset: profile for profile in listed}


def _parties(stem: str, kind: str, id_column: str, name: str, **others: Reading) -> Profile:
    readings = {"record_id": _id(id_column), "name": Reading((name,)), **others}
    return Profile(stem, KINDS[kind], readings, frozenset({"isBlocked", "createTime"}))


def _loans() -> Profile:
    amounts = {"principal_fen": Reading(("loanAmount",), _fen), "balance_fen": Reading(("balance",), _fen)}
    return Profile("Loan", _LOANS, {"record_id": _id("loanId"), **amounts}, frozenset({"createTime"}))


def _investment(stem: str, owner: str, asset: str) -> Profile:
    ends = {"owner": _id("investorId", owner), "asset": _id("companyId", asset)}
    return _edges(stem, "shareholdings", ends, share_ratio=Reading(("ratio",)))


def _guarantee(stem: str, prefix: str) -> Profile:
    return _edges(
        stem, "guarantees", {"guarantor": _id("fromId", prefix), "beneficiary": _id("toId", prefix)}
    )


def _application(stem: str, column: str, prefix: str) -> Profile:
    return _edges(stem, "", {"applicant": _id(column, prefix), "loan": _id("loanId")})


def _edges(stem: str, kind: str, ends: dict[str, Reading], **others: Reading) -> Profile:
    """A file of edges: its record is the file with both ends and the instant."""
    columns = (*(reading.columns[0] for reading in ends.values()), "createTime")
    record = Reading(columns, partial(_joined, stem))
    readings = {"record_id": record, "valid_from": Reading(("createTime",)), **ends, **others}
    return Profile(stem, KINDS[kind] if kind else _APPLICATIONS, readings)


def _id(column: str, prefix: str = "") -> Reading:
    return Reading((column,), partial(_digits, prefix))


def _digits(prefix: str, text: str) -> str:
    """Write a node id, or without a prefix a record id; FinBench ids are digits, of any size."""
    if not (text.isascii() and text.isdigit()):
        raise ValueRefused("A FinBench id is written in digits.", "finbench.id")
    return prefix + text


def _fen(text: str) -> str:
    return str(parse_money(text, MoneyUnit.YUAN))


def _joined(stem: str, *parts: str) -> str:
    return "/".join((stem, *parts))


def _enterprise(_: str) -> str:
    return "ENTERPRISE"


_ACCOUNTS = frozenset(
    {
        "Account",
        "Medium",
        "CompanyOwnAccount",
        "PersonOwnAccount",
        "AccountTransferAccount",
        "AccountWithdrawAccount",
        "AccountRepayLoan",
        "LoanDepositAccount",
        "LoanTransfer",
        "MediumSignInAccount",
    }
)
