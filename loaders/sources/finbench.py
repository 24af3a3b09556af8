"""LDBC FinBench (snapshot CSV, delimited by ``|``): parties, investments, guarantees, loans, accounts, media, payments.

Choices that the format leaves open:

- Ids exceed 2⁵³ and stay text. A number may be a company's and a person's: ``E:finbench:<id>`` and ``P:finbench:<id>``.
- ``createTime`` is the instant of an event, in local time: the relationship holds from that day on. Of a company, person
  or loan it is the moment of the benchmark's own record, which says nothing of the subject: not collected. A loan's is
  its application's; when it was paid out, its deposits say. An account or medium begins with it (``opened_at``).
- An edge has no id, and its ends repeat: its record is the file, both ends and ``createTime``.
- A guarantee has no amount, which stays unknown.
- Amounts are yuan, rounded half to even to fen.
- ``isBlocked`` is a payment platform's flag: of an account or medium it is collected; of a company or person it is no
  registration status, and is not.
- Nobody's bank is named, so loans and applications are for members, not for one bank. Accounts, media and payments stay a
  bank's secret: ``BANK_PRIVATE`` of no bank, for those alone who may see every bank's.
- Who owns an account stands in a file of its own; an owner that no file describes waits in quarantine, the account stands.
- A withdrawal is a transfer to an account too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from loaders.faults import ValueRefused
from loaders.profile import Profile, Reading, SourceFile, table_files
from schema.access import Audience
from schema.errors import FileRefused
from schema.kinds import KINDS
from schema.money import MoneyUnit, parse_money
from schema.nodes import NODES, PARTY
from schema.records import Column, EdgeRule, Kind, NodeRule, Ref, columns_of

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
_OWNERS = Kind(
    "finbench_account_owners",
    "账户持有人",
    Audience.BANK_PRIVATE,
    refs=(Ref("holder", PARTY, "持有人"), Ref("account", ("Account",), "账户")),
    edges=(EdgeRule("HOLDS", "holder", "account"),),
)


def _of_no_bank(name: str, label: str = "") -> Kind:
    """Return a canonical kind of banking without its bank; with a label, the node alone."""
    usual = KINDS[name]
    kept = () if label else tuple(ref for ref in usual.refs if ref.column != usual.bank_column)
    columns = columns_of(NODES[label].fields) if label else usual.columns
    edges = () if label else usual.edges
    return replace(usual, name=f"finbench_{name}", columns=columns, refs=kept, edges=edges, bank_column="")


_ACCOUNTS, _MEDIA = _of_no_bank("accounts", "Account"), _of_no_bank("media", "Medium")
_TRANSFERS, _DEPOSITS = _of_no_bank("transfers"), _of_no_bank("loan_deposits")
_REPAYMENTS, _SIGN_INS = _of_no_bank("repayments"), _of_no_bank("sign_ins")
_ACCOUNT_KINDS = ("accoutType", "accountType")
"""How the column is called: as the generator once misspelt it, and as it should be."""


def files(path: Path, source: str = SOURCE) -> list[SourceFile]:
    """Return the files of a FinBench directory in loading order; those that are none of its own come last, as skipped.

    Raises
    ------
    FileRefused
        When the path is no directory or holds no FinBench file.
    """
    if not path.is_dir():
        raise FileRefused(f"{path} is no directory: name the one that holds Company.csv and the others.")
    found = table_files(path, _CUT)
    known = profiles(source, _account_kind(found.get("Account")))
    if not found.keys() & known.keys():
        raise FileRefused(f"{path} holds no FinBench file, such as Company.csv.")
    loaded = [SourceFile(found[stem], stem, known[stem], delimiter="|") for stem in known if stem in found]
    skipped = [
        SourceFile(file, stem, None, "not a FinBench file that is known here", "|")
        for stem, file in found.items()
        if stem not in known
    ]
    return [*loaded, *skipped]


def _account_kind(path: Path | None) -> str:
    """Return what an account file calls the kind of an account."""
    head = b""
    if path:
        with path.open("rb") as file:
            head = file.readline(1 << 12)
    return _ACCOUNT_KINDS[_ACCOUNT_KINDS[1].encode() in head]


def profiles(source: str, account_kind: str = _ACCOUNT_KINDS[0]) -> dict[str, Profile]:
    """Return the profile of every file that is loaded, by its stem, in loading order.

    Parameters
    ----------
    source : str
        Part of every id: references name it, because a bare number could be read as another identifier.
    account_kind : str
        What the account file calls the kind of an account.
    """
    entity, person = f"E:{source}:", f"P:{source}:"
    listed = (
        _parties("Company", "enterprises", "companyId", "companyName", entity_kind=Reading((), _enterprise)),
        _parties("Person", "persons", "personId", "personName"),
        _loans(),
        _instrument("Account", _ACCOUNTS, "accountId", account_kind=account_kind),
        _instrument("Medium", _MEDIA, "mediumId", medium_kind="mediumType"),
        _investment("CompanyInvestCompany", entity, entity),
        _investment("PersonInvestCompany", person, entity),
        _guarantee("CompanyGuaranteeCompany", entity),
        _guarantee("PersonGuaranteePerson", person),
        _application("CompanyApplyLoan", "companyId", entity),
        _application("PersonApplyLoan", "personId", person),
        _owner("CompanyOwnAccount", "companyId", entity),
        _owner("PersonOwnAccount", "personId", person),
        _event("MediumSignInAccount", _SIGN_INS, medium="mediumId", account="accountId"),
        _payment("AccountTransferAccount", _TRANSFERS, payer="fromId", payee="toId"),
        _payment("AccountWithdrawAccount", _TRANSFERS, payer="fromId", payee="toId"),
        _payment("LoanDepositAccount", _DEPOSITS, loan="loanId", account="accountId"),
        _payment("AccountRepayLoan", _REPAYMENTS, payer="accountId", loan="loanId"),
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
    return _edges(stem, KINDS["shareholdings"], ends, share_ratio=Reading(("ratio",)))


def _guarantee(stem: str, prefix: str) -> Profile:
    ends = {"guarantor": _id("fromId", prefix), "beneficiary": _id("toId", prefix)}
    return _edges(stem, KINDS["guarantees"], ends)


def _application(stem: str, column: str, prefix: str) -> Profile:
    return _edges(stem, _APPLICATIONS, {"applicant": _id(column, prefix), "loan": _id("loanId")})


def _instrument(stem: str, kind: Kind, id_column: str, **kinds: str) -> Profile:
    """An account or a medium: what it is, since when, and whether it is blocked."""
    named = {name: Reading((column,)) for name, column in kinds.items()}
    since = {"opened_at": Reading(("createTime",)), "blocked": Reading(("isBlocked",))}
    return Profile(stem, kind, {"record_id": _id(id_column), **named, **since})


def _owner(stem: str, column: str, prefix: str) -> Profile:
    return _edges(stem, _OWNERS, {"holder": _id(column, prefix), "account": _id("accountId")})


def _event(stem: str, kind: Kind, **ends: str) -> Profile:
    """Something that happened at an instant between two nodes of the bank."""
    return _edges(stem, kind, {end: _id(column) for end, column in ends.items()}, at=Reading(("createTime",)))


def _payment(stem: str, kind: Kind, **ends: str) -> Profile:
    event = _event(stem, kind, **ends)
    return replace(event, readings={**event.readings, "amount_fen": Reading(("amount",), _fen)})


def _edges(stem: str, kind: Kind, ends: dict[str, Reading], **others: Reading) -> Profile:
    """A file of edges: its record is the file with both ends and the instant."""
    columns = (*(reading.columns[0] for reading in ends.values()), "createTime")
    record = Reading(columns, partial(_joined, stem))
    readings = {"record_id": record, "valid_from": Reading(("createTime",)), **ends, **others}
    return Profile(stem, kind, readings)


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
