"""As which source a token delivers, and in whose name."""

from __future__ import annotations

import pytest

from graph_service.trust.principal import Principal
from graph_service.use_cases.deliverers import deliverer, supplier, uploader
from loaders.agreements import Agreement, Agreements
from schema.access import Purpose, Role
from schema.datasets import DATASETS
from schema.errors import AccessDenied, InputError, PurposeRequired

AGREEMENTS = Agreements((Agreement("A", "协议", "TAX", "甲", "", (), ("11TAX",)),))


def who(org: str | None, region: str | None = None, role: Role = Role.INTEGRATION, **said: str) -> Principal:
    return Principal(role, org=org, region=region, purpose=Purpose.OPERATIONS, **said)


@pytest.mark.parametrize(
    ("org", "region", "source"),
    [
        ("TAX", None, "TAX"),
        ("E:TAX", "", "TAX"),
        ("TAX", "4412", "TAX"),
        ("TAX", "441283", "TAX.441283"),
        ("TAX", "441283100200", "TAX.441283"),
        ("E:11TAX", None, "TAX"),
        ("E:11TAX", "441283", "TAX.441283"),
        ("TAX.441283", None, "TAX.441283"),
        ("TAX.441283", "4412", "TAX.441283"),
        ("TAX.441283", "441283100", "TAX.441283"),
        ("E:91BANK", "441283", "91BANK"),
    ],
)
def test_a_department_delivers_as_the_bureau_of_its_token_s_county(
    org: str, region: str | None, source: str
) -> None:
    assert deliverer(who(org, region), AGREEMENTS) == source


def test_what_is_no_deliverer_is_refused() -> None:
    with pytest.raises(AccessDenied, match=r"does not hold the bureau TAX\.441283"):
        deliverer(who("TAX.441283", "441284"), AGREEMENTS)
    with pytest.raises(AccessDenied, match="names no organisation"):
        deliverer(who(None), AGREEMENTS)
    with pytest.raises(InputError):
        deliverer(who("a:b"), AGREEMENTS)
    with pytest.raises(PurposeRequired):
        deliverer(Principal(Role.INTEGRATION, org="TAX", purpose=Purpose.LENDING), AGREEMENTS)


def test_only_a_supplier_delivers_a_dataset() -> None:
    assert supplier(who("LOCAL_TAX"), AGREEMENTS, DATASETS["PROFIT"]) == "LOCAL_TAX"
    with pytest.raises(AccessDenied, match="TAX, STATE_TAX, LOCAL_TAX does"):
        supplier(who("COURT"), AGREEMENTS, DATASETS["PROFIT"])
    with pytest.raises(InputError, match="a county's bureau"):
        supplier(who("TAX.44"), AGREEMENTS, DATASETS["PROFIT"])
    with pytest.raises(InputError, match="no department has the duty"):
        supplier(who("ECOLOGY"), AGREEMENTS, DATASETS["ENVIRONMENT"])


def test_a_person_uploads_in_his_own_name_and_a_system_in_that_of_its_organisation() -> None:
    assert uploader(who("TAX"), "TAX") == "ingest:TAX"
    assert uploader(who("TAX", subject="P:one"), "TAX") == "P:one"
    assert uploader(who("TAX", role=Role.STEWARD, subject="P:one"), "TAX") == "P:one"
    with pytest.raises(AccessDenied, match="claim 'subject'"):
        uploader(who("TAX", role=Role.STEWARD), "TAX")
