"""As which source somebody delivers 报送单位: what his token says of his organisation and its county, and nothing he writes."""

from __future__ import annotations

from pathlib import Path

from graph_service.trust.principal import Principal
from graph_service.use_cases.batches import signatory
from loaders import LoadRequest
from loaders.agreements import Agreements
from schema.access import Purpose, Role
from schema.datasets import DEPARTMENTS, Dataset, county_of, department_of, require_source, suppliers_of
from schema.errors import AccessDenied, PurposeRequired

_COUNTY_DIGITS = 6


def deliverer(who: Principal, agreements: Agreements) -> str:
    """Return the source of all that a caller's organisation sends.

    The claim ``org`` names a department by its code (``TAX``, ``TAX.441283``) or an organisation by its id (``E:<USCC>``), which
    an agreement may say is a department; any other organisation is a source of its own. A department whose token has the
    region of a county, or of a place in one, delivers as the bureau of that county.

    Raises
    ------
    PurposeRequired
        For another purpose than OPERATIONS.
    AccessDenied
        The token names no organisation, or a bureau outside its own region.
    InputError
        The organisation's id cannot become part of ids.
    """
    if who.purpose is not Purpose.OPERATIONS:
        raise PurposeRequired("Records are sent for the purpose OPERATIONS: set the header X-Purpose.")
    if who.org is None:
        raise AccessDenied("The token names no organisation: records are sent on behalf of one.")
    source = agreements.source_of(who.org.removeprefix("E:"))
    LoadRequest("", Path(), source)  # refuses what cannot become part of ids
    return _in_region(source, who.region or "")


def supplier(who: Principal, agreements: Agreements, dataset: Dataset) -> str:
    """Return the source as which a caller delivers a dataset.

    Raises
    ------
    AccessDenied
        As ``deliverer``, and when his organisation is no supplier of it.
    InputError
        Nobody has the duty to deliver the dataset, or not as records.
    """
    source = deliverer(who, agreements)
    if department_of(source) not in suppliers_of(dataset):
        raise AccessDenied(
            f"The organisation of the token, {source}, does not supply {dataset.code}: {', '.join(suppliers_of(dataset))} does."
        )
    return require_source(dataset, source)


def uploader(who: Principal, source: str) -> str:
    """Return who brings a delivery: the person that the token names; for a system's token without one, the source itself.

    Raises
    ------
    AccessDenied
        The role is a person's, and the token does not say whose.
    """
    if who.role is Role.INTEGRATION and who.subject is None:
        return f"ingest:{source}"
    return signatory(who)


def _in_region(source: str, region: str) -> str:
    if department_of(source) not in DEPARTMENTS:
        return source
    county = county_of(source)
    if not county:
        return f"{source}.{region[:_COUNTY_DIGITS]}" if len(region) >= _COUNTY_DIGITS else source
    if not (county.startswith(region) or region.startswith(county)):
        raise AccessDenied(f"The token's region does not hold the bureau {source} that its organisation is.")
    return source
