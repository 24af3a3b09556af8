"""``demo``: from department records to explained answers, on one machine, in one command."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Annotated

from cyclopts import Parameter

from graph_service.cli.demo_answers import DemoAnswers
from graph_service.cli.demo_callers import demo_callers
from graph_service.cli.demo_city import Scale, check_quarantine, demo_city
from graph_service.cli.desk import At, Desk
from graph_service.cli.ledgers import show_report
from graph_service.cli.listening import bind, serve_on, url_of
from graph_service.cli.load import deliver
from graph_service.cli.progress import shown_progress
from graph_service.service import Service
from graph_service.trust.demo_issuer import DemoIssuer
from graph_service.trust.policy import Policy
from graph_service.trust.principal import operator
from graph_service.web.app import create_app
from loaders import Keys, LoadRequest
from loaders.city import SOURCE, CityManifest

_HOST = "127.0.0.1"


def demo(
    *,
    serve: Annotated[bool, Parameter(negative="--no-serve")] = True,
    scale: Scale = "county",
    seed: int = 1,
    port: int = 8000,
    desk: At,
) -> None:
    """Load a synthetic county, answer its questions, and serve. 演示

    Parameters
    ----------
    serve : bool
        Serve on 127.0.0.1 afterwards, with ready tokens 是否启动服务.
    scale : str
        village (seconds) or county: 5,000 enterprises, 8,000 people, 2,000 households 规模.
    seed : int
        The same seed gives the same city 随机种子.
    port : int
        Port 端口; 0 takes a free one.
    """
    Policy().authorise(operator(), "cli.demo")
    with ExitStack() as stack:
        # The port is taken before the work begins: nobody waits for a city that then cannot be served.
        listening = stack.enter_context(bind(_HOST, port)) if serve else None
        desk.settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        manifest = demo_city(desk.settings.data_dir / "city", scale, seed)
        service = stack.enter_context(desk.service("demo"))
        _load(desk, service, manifest)
        DemoAnswers(desk, service, manifest).show()
        if listening is not None:
            issuer = DemoIssuer(desk.settings.data_dir, _HOST)
            _hand_out(desk, service, manifest, issuer, url_of(listening))
            serve_on(listening, create_app(service, issuer.verifier()))


def _load(desk: Desk, service: Service, manifest: CityManifest) -> None:
    folder = desk.settings.data_dir / "city"
    request = LoadRequest("canonical", folder, SOURCE, manifest.spec.as_of, approved_by="demo")
    desk.say(
        f"Synthetic city 仿真城市: {manifest.rows} rows in {folder}; nobody real is meant. Store: {service.store.name}"
    )
    began = time.perf_counter()
    with shown_progress(desk.err, quiet=False) as progress:
        report = deliver(service, request, progress)
    seconds = time.perf_counter() - began
    show_report(desk, report)
    check_quarantine(desk, report, manifest)
    desk.say(f"{manifest.rows} rows in {seconds:.1f} s")


def _hand_out(desk: Desk, service: Service, manifest: CityManifest, issuer: DemoIssuer, url: str) -> None:
    desk.say(
        f"\nServing on {url}/graphql until Ctrl-C. These tokens are shown once and hold for a day 令牌仅显示一次:"
    )
    for caller in demo_callers(manifest, Keys(service.keys.identity.material)):
        desk.say(f"\n# {caller.who}: {caller.asks}")
        desk.say(caller.command(url, issuer))
