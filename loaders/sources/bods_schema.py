"""What a BODS 0.4 statement must look like, as a JSON Schema of our own: the rules of the standard, without its prose.

The publisher's own schema files may be used besides: ``BODS_SCHEMA_DIR`` names their folder, and a statement must then
satisfy both.

References
----------
Beneficial Ownership Data Standard 0.4, Open Ownership: statement, entity, person and relationship records, codelists.
JSON Schema 2020-12.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import jsonschema_rs

from schema.errors import ConfigurationError

Schema: TypeAlias = dict[str, Any]
FOLDER: Final = "BODS_SCHEMA_DIR"

INTEREST_TYPES: Final = (
    *("shareholding", "votingRights", "appointmentOfBoard", "otherInfluenceOrControl"),
    *("seniorManagingOfficial", "settlor", "trustee", "protector", "beneficiaryOfLegalArrangement"),
    *("rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome", "rightsGrantedByContract"),
    *("conditionalRightsGrantedByContract", "controlViaCompanyRulesOrArticles", "controlByLegalFramework"),
    *("boardMember", "boardChair", "unknownInterest", "unpublishedInterest", "enjoymentAndUseOfAssets"),
    *("rightToProfitOrIncomeFromAssets", "nominee", "nominator"),
)
_REASONS = (
    *("noBeneficialOwners", "subjectUnableToConfirmOrIdentifyBeneficialOwner"),
    *("interestedPartyHasNotProvidedInformation", "subjectExemptFromDisclosure"),
    *("interestedPartyExemptFromDisclosure", "unknown", "informationUnknownToPublisher"),
)
_SUBTYPES = {
    "arrangement": ("trust", "nomination", "other"),
    "legalEntity": ("trust", "other"),
    "stateBody": ("governmentDepartment", "stateAgency", "other"),
    "registeredEntity": ("other",),
    "state": ("other",),
    "anonymousEntity": ("other",),
    "unknownEntity": ("other",),
}
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_DAY: Schema = {"type": "string", "format": "date"}
_WHEN: Schema = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
_ABOUT: Schema = {"type": "string", "anyOf": [{"pattern": r"^\d{4}(-(0[1-9]|1[0-2]))?$"}, {"format": "date"}]}
_LINK: Schema = {"type": "string", "format": "uri"}
_PERCENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}


def _code(*values: str) -> Schema:
    return {"type": "string", "enum": [*values]}


def _sized(least: int, most: int) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most}


def _each(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": [*required]}


def _when(field: str, value: Any, then: Schema) -> Schema:
    return {"if": {"properties": {field: {"const": value}}}, "then": then}


_NAMED_LINK = {"name": _TEXT, "uri": _LINK}
_COUNTRY = _object("name", name=_TEXT, code=_sized(2, 2))
_JURISDICTION = _object("name", name=_TEXT, code=_sized(2, 6))
_UNSPECIFIED = _object("reason", reason=_code(*_REASONS), description=_TEXT)
_IDENTIFIER = _object(id=_TEXT, scheme=_TEXT, schemeName=_TEXT, uri=_LINK) | {
    "anyOf": [{"required": ["scheme"]}, {"required": ["schemeName"]}]
}
_SOURCE = _object(
    type=_each(_code("selfDeclaration", "officialRegister", "thirdParty", "primaryResearch", "verified")),
    description=_TEXT,
    url=_LINK,
    retrievedAt=_WHEN,
    assertedBy=_each(_object(**_NAMED_LINK)),
)


def _address(*kinds: str) -> Schema:
    return _object(type=_code(*kinds), address=_TEXT, postCode=_TEXT, country=_COUNTRY)


_ENTITY_TYPE = _object("type", type=_code(*_SUBTYPES), details=_TEXT) | {
    "allOf": [
        _when("type", kind, {"properties": {"subtype": _code(*allowed)}})
        for kind, allowed in _SUBTYPES.items()
    ]
}
_SECURITY = _object("ticker", ticker=_TEXT, id=_TEXT, idScheme=_code("isin", "figi", "cusip", "cins"))
_LISTING = _object(
    "stockExchangeJurisdiction",
    "security",
    "stockExchangeName",
    marketIdentifierCode=_TEXT,
    operatingMarketIdentifierCode=_TEXT,
    stockExchangeJurisdiction=_sized(2, 6),
    stockExchangeName=_TEXT,
    security=_SECURITY,
)
_ENTITY = _object(
    "isComponent",
    "entityType",
    isComponent=_FLAG,
    entityType=_ENTITY_TYPE,
    unspecifiedEntityDetails=_UNSPECIFIED,
    name=_TEXT,
    alternateNames=_each(_TEXT),
    jurisdiction=_JURISDICTION,
    identifiers=_each(_IDENTIFIER),
    foundingDate=_DAY,
    dissolutionDate=_DAY,
    addresses=_each(_address("registered", "business", "alternative")),
    uri=_LINK,
    publicListing=_object(
        "hasPublicListing",
        hasPublicListing=_FLAG,
        companyFilingsURLs=_each(_LINK),
        securitiesListings=_each(_LISTING),
    ),
    formedByStatute=_object(name=_TEXT, date=_DAY),
)
_NAME = _object(
    "fullName",
    type=_code("legal", "translation", "transliteration", "former", "alternative", "birth"),
    fullName=_TEXT,
    familyName=_TEXT,
    givenName=_TEXT,
    patronymicName=_TEXT,
)
_EXPOSURE = _object(
    reason=_TEXT,
    missingInfoReason=_TEXT,
    jurisdiction=_JURISDICTION,
    startDate=_DAY,
    endDate=_DAY,
    source=_SOURCE,
)
_PERSON = _object(
    "personType",
    "isComponent",
    isComponent=_FLAG,
    personType=_code("anonymousPerson", "unknownPerson", "knownPerson"),
    unspecifiedPersonDetails=_UNSPECIFIED,
    names=_each(_NAME),
    identifiers=_each(_IDENTIFIER),
    nationalities=_each(_COUNTRY),
    placeOfBirth=_address("placeOfBirth"),
    birthDate=_ABOUT,
    deathDate=_ABOUT,
    taxResidencies=_each(_COUNTRY),
    addresses=_each(_address("residence", "service", "alternative")),
    politicalExposure=_object(
        "status", status=_code("isPep", "isNotPep", "unknown"), details=_each(_EXPOSURE)
    ),
)
_BOUNDS = ("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_INTEREST = _object(
    type=_code(*INTEREST_TYPES),
    directOrIndirect=_code("direct", "indirect", "unknown"),
    beneficialOwnershipOrControl=_FLAG,
    details=_TEXT,
    share=_object(**dict.fromkeys(_BOUNDS, _PERCENT)),
    startDate=_DAY,
    endDate=_DAY,
)
_PARTY: Schema = {"oneOf": [_TEXT, _UNSPECIFIED]}
_RELATIONSHIP = _object(
    "isComponent",
    "subject",
    "interestedParty",
    isComponent=_FLAG,
    componentRecords=_each(_TEXT),
    subject=_PARTY,
    interestedParty=_PARTY,
    interests=_each(_INTEREST),
) | _when("isComponent", True, {"properties": {"componentRecords": {"const": []}}})

_ANNOTATION = _object(
    "motivation",
    "statementPointerTarget",
    statementPointerTarget=_TEXT,
    creationDate=_WHEN,
    createdBy=_object(**_NAMED_LINK),
    motivation=_code("commenting", "correcting", "identifying", "linking", "transformation"),
    description=_TEXT,
    transformedContent=_TEXT,
    url=_LINK,
) | {
    "allOf": [
        _when("motivation", "linking", {"required": ["url"]}),
        {
            "if": {"not": {"properties": {"motivation": {"const": "transformation"}}}},
            "then": {"properties": {"transformedContent": {"const": ""}}},
        },
    ]
}
_PUBLISHER = _object(name=_TEXT, url=_LINK) | {"anyOf": [{"required": ["name"]}, {"required": ["url"]}]}
_DETAILS = {"entity": _ENTITY, "person": _PERSON, "relationship": _RELATIONSHIP}
STATEMENT: Final = _object(
    *("statementId", "declarationSubject", "recordId", "recordType", "recordDetails", "statementDate"),
    statementId=_sized(32, 64),
    statementDate=_WHEN,
    annotations=_each(_ANNOTATION),
    publicationDetails=_object(
        "publicationDate",
        "bodsVersion",
        "publisher",
        publicationDate=_WHEN,
        bodsVersion={"type": "string", "pattern": r"^\d+\.\d+$"},
        license=_LINK,
        publisher=_PUBLISHER,
    ),
    source=_SOURCE,
    declaration=_TEXT,
    declarationSubject=_TEXT,
    recordId=_TEXT,
    recordType=_code(*_DETAILS),
    recordStatus=_code("new", "updated", "closed"),
    recordDetails={"type": "object"},
) | {
    "allOf": [
        _when("recordType", kind, {"properties": {"recordDetails": details}})
        for kind, details in _DETAILS.items()
    ]
}
"""One statement."""

Errors: TypeAlias = Callable[[Any], Iterator[jsonschema_rs.ValidationError]]


def validators() -> tuple[Errors, ...]:
    """Return what judges a statement: our schema, then the publisher's where its folder is named.

    Raises
    ------
    ConfigurationError
        When the folder holds no such schema.
    """
    folder = os.environ.get(FOLDER, "")
    return (_own(), _published(folder)) if folder else (_own(),)


@lru_cache(maxsize=1)
def _own() -> Errors:
    return jsonschema_rs.Draft202012Validator(STATEMENT, validate_formats=True).iter_errors


@lru_cache(maxsize=4)
def _published(folder: str) -> Errors:
    """Read the schema files of a folder; they name each other by ``$id``."""
    try:
        read = [json.loads(file.read_text("utf-8")) for file in sorted(Path(folder).glob("*.json"))]
        known: list[tuple[str, Any]] = [(schema["$id"], schema) for schema in read if "$id" in schema]
        return jsonschema_rs.Draft202012Validator(
            {"$ref": "urn:statement#/$defs/Statement"},
            registry=jsonschema_rs.Registry(known),
            validate_formats=True,
        ).iter_errors
    except (OSError, ValueError, jsonschema_rs.ReferencingError) as error:
        raise ConfigurationError(f"{FOLDER}={folder} holds no JSON Schema of BODS 0.4: {error}.") from None
