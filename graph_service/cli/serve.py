"""``serve``: answer over HTTP."""

from __future__ import annotations

from graph_service.cli.desk import At, Desk
from graph_service.cli.listening import bind, serve_on, url_of
from graph_service.settings import Settings
from graph_service.trust.demo_issuer import DemoIssuer, require_loopback
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from graph_service.trust.tokens import Jwks, TokenVerifier
from graph_service.web.app import create_app
from schema.errors import ConfigurationError

_NO_ISSUER = (
    "No issuer of tokens is configured: set GRAPH_SERVICE_JWKS_FILE, GRAPH_SERVICE_ISSUER and GRAPH_SERVICE_AUDIENCE, "
    "all three. Without them the service listens on 127.0.0.1, ::1 or localhost only."
)


def serve(*, host: str = "127.0.0.1", port: int = 8000, demo_issuer: bool = False, desk: At) -> None:
    """Serve the GraphQL API. 启动服务

    Parameters
    ----------
    host : str
        Address to listen on 监听地址.
    port : int
        Port 端口; 0 takes a free one.
    demo_issuer : bool
        Accept the tokens that `demo` printed; on loopback only 演示令牌.
    """
    Policy().authorise(operator(), "cli.serve")
    verifier = verifier_of(desk.settings, host, demo_issuer=demo_issuer)
    with bind(host, port) as listening, desk.service("serve") as service:
        desk.say(f"Serving {service.store.name} on {url_of(listening)}/graphql. Stop with Ctrl-C.")
        _warn(desk, verifier)
        serve_on(listening, create_app(service, verifier))


def verifier_of(settings: Settings, host: str, *, demo_issuer: bool = False) -> TokenVerifier | None:
    """Return what checks the callers' tokens; None where everybody is anonymous.

    Raises
    ------
    ConfigurationError
        The three settings of the issuer are not all there, and the address is not loopback; or the demonstration's
        issuer is asked for beside a real one, or on another address.
    """
    given = (settings.jwks_file, settings.issuer, settings.audience)
    if demo_issuer:
        if any(given):
            raise ConfigurationError(
                "--demo-issuer goes without JWKS_FILE, ISSUER and AUDIENCE: choose one issuer."
            )
        return DemoIssuer(settings.data_dir, host).verifier()
    if settings.jwks_file and settings.issuer and settings.audience:
        return TokenVerifier(Jwks(settings.jwks_file), settings.issuer, settings.audience)
    if any(given):
        raise ConfigurationError(_NO_ISSUER)
    try:
        require_loopback(host)
    except ConfigurationError:
        raise ConfigurationError(_NO_ISSUER) from None
    return None


def _warn(desk: Desk, verifier: TokenVerifier | None) -> None:
    if verifier is None:
        desk.say(
            "No issuer of tokens is configured: every caller is anonymous and sees publicity data only. 仅公示信息"
        )
