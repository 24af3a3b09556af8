from __future__ import annotations

import pytest

from loaders.profile import Profile, check_header
from schema.errors import FileRefused
from schema.kinds import KINDS
from tests.unit.loaders.desk import rows_of

BANKS = Profile("banks", KINDS["banks"])


def test_an_unknown_column_is_a_warning_and_under_an_agreement_a_refusal() -> None:
    rows = rows_of("uscc,name,mascot\n")
    assert check_header(rows, BANKS, agreement=False) == ["unknown column 'mascot': not collected"]
    with pytest.raises(FileRefused, match="does not name: mascot"):
        check_header(rows, BANKS, agreement=True)


def test_a_missing_required_column_is_named() -> None:
    with pytest.raises(FileRefused, match="lacks the required columns uscc, name"):
        check_header(rows_of("record_id\n"), BANKS, agreement=False)


def test_optional_columns_and_the_record_id_of_a_natural_kind_may_be_left_out() -> None:
    assert check_header(rows_of("name,uscc\n"), BANKS, agreement=True) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_its_own_header(kind: str) -> None:
    rows = rows_of(",".join(KINDS[kind].headers) + "\n")
    assert check_header(rows, Profile(kind, KINDS[kind]), agreement=True) == []
