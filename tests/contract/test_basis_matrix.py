"""The basis matrix and the operation table, cell by cell, written out a second time and independently of the file."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from graph_service.trust.basis import BASIS_FILE, Basis, load_basis
from graph_service.trust.policy import Policy
from graph_service.trust.principal import ANONYMOUS, Principal, operator
from schema.access import Audience, Purpose, Role
from schema.errors import AccessDenied, ConfigurationError, PurposeRequired, Unauthenticated

POLICY = Policy()

# One row a role: its basis for PUBLIC, MEMBER, RESTRICTED, DEBT_EVADERS, OVERDUE_FIRMS, PERSON_SCORE, POLICE,
# SUSPICIOUS_ACCOUNTS, BANK_PRIVATE; the purposes it may declare.
MATRIX = """
PUBLIC       public  never   never   never   never   never   never   never   never | -
SUBJECT      public  own     own     own     own     own     never   never   never | SUBJECT_ACCESS REPAIR COMPLIANCE_REPORT
LENDER       public  duty    consent duty    consent consent never   never   own   | LENDING POST_LOAN
OFFICER      public  consent consent consent consent consent never   never   never | LENDING POST_LOAN
SUPERVISOR   public  duty    duty    duty    duty    never   duty    never   never | SUPERVISION INSPECTION REPAIR INVESTIGATION STATISTICS
ENFORCEMENT  public  duty    duty    duty    duty    never   duty    duty    never | SUPERVISION INVESTIGATION
INSPECTOR    public  duty    never   never   never   never   never   never   never | INSPECTION
STEWARD      public  duty    never   never   never   never   never   never   never | REPAIR OPERATIONS
ANALYST      public  duty    never   duty    never   never   never   never   never | STATISTICS
INTEGRATION  public  duty    consent duty    consent consent never   never   own   | LENDING POST_LOAN COMPLIANCE_REPORT STATISTICS OPERATIONS
AUDITOR      public  duty    duty    duty    duty    never   never   never   never | SUPERVISION COMPLIANCE_REPORT
OPERATOR     public  duty    duty    duty    duty    never   never   never   own   | OPERATIONS REPAIR COMPLIANCE_REPORT STATISTICS
"""

# Cells that serve fewer purposes than their role may declare.
NARROWED = {
    (Role.SUPERVISOR, Audience.RESTRICTED): {Purpose.SUPERVISION, Purpose.INSPECTION, Purpose.INVESTIGATION},
    (Role.SUPERVISOR, Audience.DEBT_EVADERS): {
        Purpose.SUPERVISION,
        Purpose.INSPECTION,
        Purpose.INVESTIGATION,
        Purpose.STATISTICS,
    },
    (Role.SUPERVISOR, Audience.OVERDUE_FIRMS): {
        Purpose.SUPERVISION,
        Purpose.INSPECTION,
        Purpose.INVESTIGATION,
    },
    (Role.SUPERVISOR, Audience.POLICE): {Purpose.INVESTIGATION},
    (Role.ENFORCEMENT, Audience.RESTRICTED): {Purpose.INVESTIGATION},
    (Role.ENFORCEMENT, Audience.OVERDUE_FIRMS): {Purpose.INVESTIGATION},
    (Role.ENFORCEMENT, Audience.POLICE): {Purpose.INVESTIGATION},
    (Role.ENFORCEMENT, Audience.SUSPICIOUS_ACCOUNTS): {Purpose.INVESTIGATION},
    (Role.INTEGRATION, Audience.MEMBER): {Purpose.LENDING, Purpose.POST_LOAN},
    **{
        (Role.INTEGRATION, audience): {Purpose.LENDING, Purpose.POST_LOAN}
        for audience in (
            Audience.RESTRICTED,
            Audience.DEBT_EVADERS,
            Audience.OVERDUE_FIRMS,
            Audience.PERSON_SCORE,
        )
    },
    (Role.OPERATOR, Audience.RESTRICTED): {Purpose.OPERATIONS, Purpose.REPAIR},
    (Role.OPERATOR, Audience.OVERDUE_FIRMS): {Purpose.OPERATIONS, Purpose.REPAIR},
}

# One row an operation; columns are the roles in this order: x may call it, . may not.
COLUMNS = "PUBLIC SUBJECT LENDER OFFICER SUPERVISOR ENFORCEMENT INSPECTOR STEWARD ANALYST INTEGRATION AUDITOR OPERATOR"
OPERATIONS = """
me                     x x x x x x x x x x x x
node                   x x x x x x x x x x x x
fact                   x x x x x x x x x x x x
enterpriseByCode       x . x x x x x x x x x x
searchParties          x . x x x x x x x x x x
ownershipTree          x . x x x x x . x x x x
beneficialOwners       . . x x x x x . x x x x
ownershipNumbers       . . x x x x x . x x x x
closeLinks             . . x x x x x . x x x x
crossHoldings          . . . . x x . . x . x x
chainProgram           . . x . x . . . . x x x
chainCreditEligibility . . x . . . . . . x . x
connectedGroups        . . x . x . . . . x . x
guaranteeNetwork       . . x . x x . . x x x x
guaranteeCircles       . . . . x x . . x . x x
guaranteeChain         . . x . x x . . x x x x
relatedParties         . . x . x x . . x x x x
relation               . . x . x x . . x x x x
pseudoIndependentClusters . . . . x x . . x . x x
tradeCircles           . . . . x x . . x . x x
namedQuery             . . . . x . . . x x x x
dishonestyNotices      . . x x x x x . x x x x
postLoanAlerts         . . x . . . . . . x . x
creditPortrait         . . x x x x x . x x x x
utilityStanding        . . x x x x x . x x x x
safetyLicences         . . x x x x x . x x x x
supportPolicies        . . x x x . . . x x x x
statementConsistency   . . x x x x x x x x x x
subsidyQuote           . . x . . . . . . x . x
hasLoanHistory         x x x x x x x x x x x x
riskFeatures           . . x . x . . . x x x x
riskFeatureCatalogue   . . x . x . . . x x x x
riskProfile            . . x . x x . . x x x x
whatIf                 . . . . x . . . x . . x
stressTest             . . . . x . . . x . . x
neighbours             . . x . x x . . x x x x
shortestPaths          . . x . x x . . x x x x
grantConsent           . x . . . . . . . . . .
revokeConsent          . x . . . . . . . . . .
myConsents             . x . . . . . . . . . .
myQueryLog             . x . . . . . . . . . .
ingest                 . . . . . . . x . x . x
sameAsProposals        . . . . . . . x . . x x
unmatchedParties       . . . . . . . x . . . x
decideSameAs           . . . . . . . x . . . x
linkUnmatched          . . . . . . . x . . . x
screen                 . . x x x x x x . x x x
decideScreening        . . x x x x . x . . . x
provenance             x x x x x x x x x x x x
dataCatalogue          . . . . x . . x x x x x
dataFreshness          . . . . x . . x . . x x
obligationStatus       . . . . x . . x . . x x
countyObligations      . . . . x . . x . . x x
qualityByChannel       . . . . x . . x x . x x
archiveCoverage        . . . . x . . x x . x x
batches                . . . . . . . x . . x x
batchHistory           . . . . . . . x . . x x
reviewBatch            . . . . . . . x . . . .
pondTelemetry          . . x x x . . . . x x x
statedTotals           . . . . x x . x x . x x
listingCounts          . . . . x x . . x . x x
cli.batches            . . . . . . . . . . . x
cli.datasets           . . . . . . . . . . . x
cli.demo               . . . . . . . . . . . x
cli.synth              . . . . . . . . . . . x
cli.analyze            . . . . . . . . . . . x
cli.load               . . . . . . . . . . . x
cli.bulk.verify        . . . . . . . . . . . x
cli.quarantine.list    . . . . . . . . . . . x
cli.quarantine.show    . . . . . . . . . . . x
cli.quarantine.replay  . . . . . . . . . . . x
cli.quarantine.waive   . . . . . . . . . . . x
cli.runs.list          . . . . . . . . . . . x
cli.runs.show          . . . . . . . . . . . x
cli.erase              . . . . . . . . . . . x
cli.vault.sweep        . . . . . . . . . . . x
cli.screen             . . . . . . . . . . . x
cli.same-as.propose    . . . . . . . . . . . x
cli.same-as.list       . . . . . . . . . . . x
cli.same-as.decide     . . . . . . . . . . . x
cli.same-as.undo       . . . . . . . . . . . x
cli.same-as.unmatched  . . . . . . . . . . . x
cli.same-as.link       . . . . . . . . . . . x
cli.export             . . . . . . . . . . . x
cli.query              . . . . . . . . . . . x
cli.features           . . . . . . . . . . . x
cli.graphql            . . . . . . . . . . . x
cli.serve              . . . . . . . . . . . x
cli.doctor             . . . . . . . . . . . x
cli.audit.verify       . . . . . . . . . . x x
cli.audit.anchor       . . . . . . . . . . x x
"""

EXPECTED_BASIS = {
    (Role(row.split()[0]), audience): Basis(word)
    for row in MATRIX.strip().splitlines()
    for audience, word in zip(Audience, row.split("|")[0].split()[1:], strict=True)
}
EXPECTED_PURPOSES = {
    Role(row.split()[0]): {Purpose(word) for word in row.split("|")[1].split() if word != "-"}
    for row in MATRIX.strip().splitlines()
}
EXPECTED_OPERATIONS = {
    (row.split()[0], Role(role)): mark == "x"
    for row in OPERATIONS.strip().splitlines()
    for role, mark in zip(COLUMNS.split(), row.split()[1:], strict=True)
}


def caller(
    role: Role, purpose: Purpose | None = None, org: str | None = None, region: str | None = None
) -> Principal:
    return Principal(role, org=org, region=region, purpose=purpose, token_id="t")


def some_purpose(role: Role) -> Purpose | None:
    return min(EXPECTED_PURPOSES[role], default=None)


def test_the_expected_tables_are_complete() -> None:
    assert EXPECTED_BASIS.keys() == set(product(Role, Audience))
    assert EXPECTED_PURPOSES.keys() == set(Role)
    assert EXPECTED_OPERATIONS.keys() == set(product(POLICY.operations, Role))


@pytest.mark.parametrize(("role", "audience"), list(product(Role, Audience)))
def test_each_cell_of_the_matrix(role: Role, audience: Audience) -> None:
    cell = POLICY.cell(role, audience)
    assert POLICY.basis(role, audience) is cell.basis is EXPECTED_BASIS[role, audience]
    if cell.basis is Basis.NEVER:
        assert not cell.purposes
        assert not cell.citations
    else:
        assert cell.purposes == NARROWED.get((role, audience), EXPECTED_PURPOSES[role])
        assert cell.citations
        assert all("第" in law and "条" in law for law in cell.citations)


@pytest.mark.parametrize(("role", "purpose", "audience"), list(product(Role, [None, *Purpose], Audience)))
def test_each_class_is_visible_on_its_basis_and_purpose_only(
    role: Role, purpose: Purpose | None, audience: Audience
) -> None:
    basis = EXPECTED_BASIS[role, audience]
    fits = purpose in NARROWED.get((role, audience), EXPECTED_PURPOSES[role])
    who = caller(role, purpose)
    assert (audience in POLICY.visible_classes(who)) == (
        basis is Basis.PUBLIC or (basis is Basis.DUTY and fits)
    )
    assert (audience in POLICY.consent_classes(who)) == (basis is Basis.CONSENT and fits)
    assert (audience in POLICY.own_classes(who)) == (basis is Basis.OWN and fits)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_declares_its_purposes_and_no_other(role: Role) -> None:
    assert POLICY.allowed_purposes(role) == EXPECTED_PURPOSES[role]
    for purpose in [None, *Purpose]:
        if EXPECTED_PURPOSES[role] and purpose not in EXPECTED_PURPOSES[role]:
            with pytest.raises(PurposeRequired, match="X-Purpose"):
                POLICY.authorise(caller(role, purpose), "node")
        else:
            POLICY.authorise(caller(role, purpose), "node")


@pytest.mark.parametrize(("operation", "role"), list(product(sorted(POLICY.operations), Role)))
def test_each_operation_is_open_to_its_roles_only(operation: str, role: Role) -> None:
    who = caller(role, some_purpose(role))
    if EXPECTED_OPERATIONS[operation, role]:
        POLICY.authorise(who, operation)
    else:
        with pytest.raises(AccessDenied, match=rf"{role} may not") as caught:
            POLICY.authorise(who, operation)
        assert caught.value.code == "FORBIDDEN"


@pytest.mark.parametrize("operation", sorted(POLICY.operations))
def test_without_a_token_only_publicity_is_open(operation: str) -> None:
    assert POLICY.visible_classes(ANONYMOUS) == {Audience.PUBLIC}
    if EXPECTED_OPERATIONS[operation, Role.PUBLIC]:
        POLICY.authorise(ANONYMOUS, operation)
    else:
        with pytest.raises(Unauthenticated, match="token"):
            POLICY.authorise(ANONYMOUS, operation)


def test_an_operation_that_is_not_declared_is_denied() -> None:
    with pytest.raises(AccessDenied):
        POLICY.authorise(operator(), "dropEverything")


@pytest.mark.parametrize("role", list(Role))
def test_known_at_is_for_supervisor_and_auditor(role: Role) -> None:
    if role in {Role.SUPERVISOR, Role.AUDITOR}:
        POLICY.require_known_at(caller(role))
    else:
        with pytest.raises(AccessDenied, match="knownAt"):
            POLICY.require_known_at(caller(role))


def test_the_command_line_may_run_everything_of_its_own() -> None:
    for operation in POLICY.operations:
        if operation.startswith("cli."):
            POLICY.authorise(operator(), operation)


REGIONAL = {Role.OFFICER, Role.SUPERVISOR, Role.ENFORCEMENT, Role.INSPECTOR, Role.STEWARD, Role.ANALYST}


@pytest.mark.parametrize("role", list(Role))
def test_s0_25_a_role_that_works_by_region_sees_none_without_one(role: Role) -> None:
    assert POLICY.in_region(caller(role), "440103") == (role not in REGIONAL)


@pytest.mark.parametrize(
    ("region", "code", "inside"),
    [
        ("4401", "440103", True),
        ("4401", "440100000000", True),
        ("4401", "440200", False),
        ("4401", "440000", False),
        ("440103", "440103001010", True),
        ("440103", "440104001010", False),
        ("440103", "440100", False),
        ("", "110000", True),
    ],
)
def test_s0_25_a_region_sees_its_own_subtree(region: str, code: str | None, inside: bool) -> None:
    assert POLICY.in_region(caller(Role.SUPERVISOR, region=region), code) is inside
    assert POLICY.in_region(caller(Role.LENDER, region=region), code) is inside


def test_own_is_the_callers_bank_or_the_subject_himself() -> None:
    bank = caller(Role.LENDER, Purpose.LENDING, org="E:bank-1")
    assert POLICY.is_own(bank, "E:bank-1")
    assert not POLICY.is_own(bank, "E:bank-2")
    assert not POLICY.is_own(bank, None)
    assert not POLICY.is_own(caller(Role.OPERATOR), None)
    subject = Principal(Role.SUBJECT, org="E:bank-1", subject="H:a:1", token_id="t")
    assert POLICY.is_own(subject, "H:a:1")
    assert not POLICY.is_own(subject, "E:bank-1")


WRONG = {
    "a role that does not exist": ("[roles.PUBLIC]", "[roles.PUBIC]"),
    "a basis that does not exist": ('MEMBER = "never"', 'MEMBER = "perhaps"'),
    "a class that does not exist": ('MEMBER = "never"', 'MEMBERS = "never"'),
    "a duty without a law": ('{ basis = "duty", cites = ["pipl_54"] }', '{ basis = "duty" }'),
    "a law that is not listed": ('cites = ["cirr_22"] }', 'cites = ["cirr_99"] }'),
    "a purpose its role may not declare": ('purposes = ["OPERATIONS", "REPAIR"]', 'purposes = ["LENDING"]'),
    "a misspelt field": ('{ basis = "own", cites', '{ basis = "own", cite'),
    "a list that is a word": ('cites = ["bank_35"]', 'cites = "bank_35"'),
    "an operation for nobody known": ('grantConsent = ["SUBJECT"]', 'grantConsent = ["SUBJECTS"]'),
    "no operations": ("[operations]", "[operation]"),
    "no TOML": ("[operations]", "[operations"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_planted_mistake_in_the_file_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    shipped = BASIS_FILE.read_text("utf-8")
    assert change[0] in shipped
    planted = tmp_path / "basis.toml"
    planted.write_text(shipped.replace(*change), "utf-8")
    with pytest.raises(ConfigurationError, match=r"basis\.toml"):
        load_basis(planted)


def test_what_the_file_leaves_out_is_denied(tmp_path: Path) -> None:
    shipped = BASIS_FILE.read_text("utf-8")
    lean = tmp_path / "basis.toml"
    lean.write_text(shipped.replace('MEMBER = { basis = "duty", cites = ["bank_35"] }\n', ""), "utf-8")
    assert Policy(load_basis(lean)).basis(Role.LENDER, Audience.MEMBER) is Basis.NEVER


def test_a_role_that_is_no_table_is_refused(tmp_path: Path) -> None:
    flat = tmp_path / "basis.toml"
    flat.write_text(
        "[citations]\n[audiences]\n[known_at]\nroles = []\n[operations]\n[roles]\nPUBLIC = 1\n", "utf-8"
    )
    with pytest.raises(ConfigurationError, match="must be a table"):
        load_basis(flat)
