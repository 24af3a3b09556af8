"""GraphQL over HTTP: media types, status codes, bounds, and what a browser sees."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.service import Service
from graph_service.web.app import create_app
from graph_service.web.body import LARGEST_BODY
from schema.access import Purpose
from tests.integration import api_town
from tests.integration.api_town import CORE, FARMER, LENDER, SUPERVISOR, Town, town

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
TYPENAME = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as found:
        yield found


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
    ],
)
def test_the_answer_has_the_media_type_that_was_asked_for(
    served: Town, accept: str | None, media: str
) -> None:
    headers = {"accept": accept} if accept else {}
    request = served.client.build_request("POST", "/graphql", json=TYPENAME, headers=headers)
    if accept is None:
        del request.headers["accept"]
    response = served.client.send(request)
    assert (response.status_code, response.headers["content-type"]) == (200, f"{media}; charset=utf-8")
    assert response.json() == {"data": {"__typename": "Query"}}
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "query",
    [
        "{",
        "{ nope }",
        "query ($x: Date!) { me(asOf: $x) { role } }",
        "{ me { role } } query B { me { role } }",
    ],
)
def test_a_request_that_is_not_executed_is_400_for_new_clients_and_200_for_old_ones(
    served: Town, query: str
) -> None:
    for media, status in ((RESPONSE, 400), (JSON, 200)):
        response = served.client.post("/graphql", json={"query": query}, headers={"accept": media})
        assert response.status_code == status
        assert "data" not in response.json()
        assert response.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "retryable": False}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"{}", b'{"query": ""}', b'{"query": 1}', b'[{"query": "{ __typename }"}]',
     b'{"query": "{ __typename }", "variables": []}', b'{"query": "{ __typename }", "variables": "{}"}',
     b'{"query": "{ __typename }", "operationName": 1}', b'{"query": "{ __typename }", "extensions": 1}',
     b'{"query": "{ __typename }", "operationName": "B"}', b"\xff\xfe"],
)  # fmt: skip
def test_a_malformed_request_is_400(served: Town, body: bytes) -> None:
    headers = {"content-type": JSON, "accept": RESPONSE}
    response = served.client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_foreign_content_type_or_accept_is_refused(served: Town) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk"):
        response = served.client.post("/graphql", content=b"{}", headers={"content-type": content_type})
        assert response.status_code == 415
    assert served.client.post("/graphql", json=TYPENAME, headers={"accept": "image/png"}).status_code == 406


def test_queries_by_get_and_other_methods_are_not_served(served: Town) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        response = served.client.request(method, "/graphql", params={"query": "{ __typename }"})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_a_body_that_is_too_large_is_413_announced_or_not(served: Town) -> None:
    large = b'{"query": "' + b" " * LARGEST_BODY + b'"}'
    headers = {"content-type": JSON}
    assert served.client.post("/graphql", content=large, headers=headers).status_code == 413
    chunks = iter([large[:1000], large[1000:]])
    assert served.client.post("/graphql", content=chunks, headers=headers).status_code == 413


@pytest.mark.parametrize(
    "authorization", ["Bearer x.y.z", "Bearer", "Basic YTpi", "Bearer " + "x" * 9000, "bearer a b"]
)
def test_a_wrong_token_is_401_and_never_anonymous(served: Town, authorization: str) -> None:
    for media in (JSON, RESPONSE):
        headers = {"authorization": authorization, "accept": media}
        response = served.client.post("/graphql", json=TYPENAME, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_an_unknown_purpose_is_403(served: Town) -> None:
    response = served.client.post("/graphql", json=TYPENAME, headers={"x-purpose": "FUN"})
    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "PURPOSE_REQUIRED"


def test_a_browser_gets_a_page_that_may_run_its_own_script_and_nothing_else(served: Town) -> None:
    response = served.client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    policy = response.headers["content-security-policy"]
    assert response.status_code == 200
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", response.text, re.DOTALL)
        allowed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{allowed}'" in policy
    assert not re.search(r"(src|href)=|https?://|innerHTML|\son\w+=", response.text)


def test_the_first_queries_of_the_page_are_valid(served: Town) -> None:
    from graph_service.api.execution import DOCUMENTS

    page = served.client.get("/graphql", headers={"accept": "text/html"}).text
    queries = re.findall(r'^  \["[^"]+", "((?:[^"\\]|\\.)*)", \{', page, re.MULTILINE)
    assert len(queries) == 8
    for text in queries:
        assert DOCUMENTS.prepare(text.encode().decode("unicode_escape"), guarded=True)


def test_an_operation_of_several_is_chosen_by_name(served: Town) -> None:
    body = {"query": "query A { __typename } query B { b: __typename }", "operationName": "B"}
    assert served.client.post("/graphql", json=body).json() == {"data": {"b": "Query"}}


def test_introspection_needs_a_token(served: Town) -> None:
    text = "{ __schema { queryType { name } } }"
    assert served.ask(text).status == 400
    assert served.ask(text, SUPERVISOR).data["__schema"]["queryType"]["name"] == "Query"


def test_nothing_that_was_sent_is_logged(served: Town, caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.DEBUG, logger="graph_service"),
        caplog.at_level(logging.DEBUG, logger="strawberry"),
    ):
        served.ask("query ($text: String!) { searchParties(text: $text) { totalCount } }", text=f"x{FARMER}")
        served.ask("query ($d: Date) { me(asOf: $d) { role } }", d=FARMER)
        served.ask(f'{{ fact(id: "{FARMER}") {{ line }} }}', LENDER, Purpose.LENDING)
        served.ask(f'{{ enterpriseByCode(code: "{FARMER}") {{ name }} }}')
    assert FARMER not in caplog.text


def test_what_nobody_expected_is_masked(served: Town, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def known_run(self, at: object = None) -> int:
            raise KeyError(FARMER)

    rooms = replace(served.service.rooms, store=Broken())  # type: ignore[arg-type]
    broken = replace(served.service, rooms=rooms)
    with api_town.served(create_app(broken, None)) as client:
        response = client.post("/graphql", json={"query": '{ searchParties(text: "某市") { totalCount } }'})
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["errorId"] in caplog.text
    assert FARMER not in response.text + caplog.text


def test_without_a_verifier_everybody_is_anonymous(served: Town) -> None:
    with api_town.served(create_app(served.service, None)) as client:
        headers = {"authorization": "Bearer whatever", "x-purpose": "LENDING"}
        found = client.post("/graphql", json={"query": "{ me { role } }"}, headers=headers).json()
        assert found == {"data": {"me": {"role": "PUBLIC"}}}


def _hurried(service: Service, seconds: float) -> Service:
    return replace(service, settings=service.settings.model_copy(update={"request_seconds": seconds}))


def test_a_request_past_its_time_is_told_to_try_again(served: Town) -> None:
    with api_town.served(create_app(_hurried(served.service, 1e-9), None)) as client:
        response = client.post(
            "/graphql",
            json={"query": '{ searchParties(text: "某市") { totalCount } }'},
            headers={"accept": RESPONSE},
        )
    # Whoever notices first, the edge or the core between two operations, says the same.
    assert response.status_code in (200, 503)
    assert response.json()["errors"][0]["extensions"] == {"code": "STORE_TIMEOUT", "retryable": True}


def test_when_the_store_is_down_readiness_is_false_and_answers_are_typed(tmp_path: Path) -> None:
    with town(tmp_path) as lost:
        assert lost.client.get("/readyz").json() == {"ready": True}
        assert (
            lost.ask('{ searchParties(text: "某市") { totalCount } }').data["searchParties"]["totalCount"]
            == 4
        )
        lost.service.store.close()
        unready = lost.client.get("/readyz")
        assert (unready.status_code, unready.json()["ready"]) == (503, False)
        assert unready.json()["error"]["extensions"] == {"code": "STORE_UNAVAILABLE", "retryable": True}
        answer = lost.ask('{ searchParties(text: "某市") { totalCount } }')
        assert (answer.status, answer.code) == (200, "STORE_UNAVAILABLE")
        assert answer.body["errors"][0]["extensions"]["retryable"] is True
        assert lost.client.get("/healthz").json() == {"alive": True}


def test_too_deep_and_too_many_aliases_are_told_apart_from_bad_input(served: Town) -> None:
    deep = "{ node(id: 1) " + "{ a " * 14 + "}" * 14 + " }"
    many = "{ " + " ".join(f"a{n}: __typename" for n in range(16)) + " }"
    for text, word in ((deep, "depth"), (many, "aliases")):
        refused = served.ask(text)
        assert (refused.status, refused.code) == (400, "QUERY_TOO_EXPENSIVE")
        assert word in refused.message


def test_the_same_question_gives_the_same_bytes(served: Town) -> None:
    text = "query ($code: Uscc!) { enterpriseByCode(code: $code) { id name } }"
    assert served.ask(text, code=CORE).raw == served.ask(text, code=CORE).raw
