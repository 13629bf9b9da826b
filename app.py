"""The web chat, composed of the rooms of bot/web. `python app.py` serves it."""

import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec

import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount

from bot.accounts import Accounts
from bot.answer import READERS, Bot, open_bot
from bot.archive import Archive
from bot.audit import Audit
from bot.citations import Citations
from bot.complaints import complain
from bot.settings import BotSettings
from bot.usage import Use
from bot.users import Users, UsersInvalid, usable
from bot.web.api import Service, add_endpoints, serve_api
from bot.web.brand import Brand
from bot.web.desk.desk import serve_desk
from bot.web.documents import serve_documents
from bot.web.gate import invitation, login, oidc
from bot.web.gate.access import Authenticator, Gate, is_loopback
from bot.web.gate.deadline import Deadline
from bot.web.gate.door import Door
from bot.web.gate.events import OwnEvents
from bot.web.gate.headers import SafeHeaders
from bot.web.gate.limits import READ, Attempts, Counts, Lanes, Limiter
from bot.web.gate.sessions import Sessions
from bot.web.gate.visitor import Visitor, visitor
from bot.web.health import PATHS as HEALTH
from bot.web.health import serve_health
from bot.web.interface import gr
from bot.web.metrics import Metrics
from bot.web.page import appearance, page
from bot.web.reading import Reading, serve_reading
from index.errors import PlaidoyerError
from index.runs import COMMAND
from index.shelf.store import Shelf

GRACE = 10  # seconds that running answers have to finish when the server is stopped
# Events of all visitors that gradio begins at once, and that wait for it. They wait in the lanes,
# where visitors take turns: in gradio's queue one visitor's events would stand before another's.
UNDER_WAY = 256


class LogInMissing(PlaidoyerError):
    """The page would be served to other machines without a log-in."""


class PortInUse(PlaidoyerError):
    """Something else listens where the page should be served."""


def application(  # noqa: PLR0913 (one parameter a part that a test may replace)
    opened: Callable[[], Bot],
    settings: BotSettings,
    authenticator: Authenticator,
    lanes: Lanes,
    *,
    ready: Callable[[], bool] = lambda: True,
    metrics: Metrics | None = None,
    use: Use | None = None,
    citations: Citations | None = None,
    indexing: Sequence[str] = COMMAND,
) -> FastAPI:
    """The page, the documents, the desk and the endpoints as one ASGI application, behind the gate.

    `ready()`: does `opened()` give the bot at once? `indexing`: the command that the desk runs.
    """
    counts = Counts(settings.redis_url)
    limiter = Limiter(0 if _single_user(settings) else settings.rate, counts=counts)
    use = use or Use(settings.store)
    citations = citations or Citations(settings.store)
    service = Service(opened, limiter, lanes, metrics or Metrics(), use, citations)
    archive = _archive(settings, authenticator.users)
    blocks = page(opened, settings, service, archive)
    with blocks:
        add_endpoints(service)
    blocks.max_threads = UNDER_WAY
    blocks.queue(default_concurrency_limit=None, max_size=UNDER_WAY)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(OwnEvents, pending=lambda: _pending(blocks))
    users = authenticator.users
    people = Accounts(users, Audit(settings.store), archive) if users else None
    ways_in = _serve_ways_in(app, settings, authenticator, people)
    app.add_middleware(Gate, authenticator=authenticator, public=(*ways_in, *HEALTH))
    app.add_middleware(SafeHeaders)  # the last one added is the outermost
    serve_health(app, opened, ready)
    serve_documents(app, opened)
    read = Limiter(0 if _single_user(settings) else READ, "documents", counts)
    serve_reading(app, Reading(opened, read, lanes, Brand.of(settings)))
    serve_api(app, service)
    serve_desk(
        app,
        Brand.of(settings),
        opened,
        settings,
        service=service,
        authenticator=authenticator,
        people=people,
        use=use,
        citations=citations,
        indexing=indexing,
    )
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        mcp_server=find_spec("mcp") is not None,
        auth_dependency=lambda request: visitor(request).name or "-",
        **appearance(),
    )


def _serve_ways_in(
    app: FastAPI, settings: BotSettings, authenticator: Authenticator, people: Accounts | None
) -> tuple[str, ...]:
    """Add the pages that let somebody in, and return their paths, which need no log-in."""
    door, has_provider = Door(Brand.of(settings)), bool(settings.oidc_issuer)
    login.serve_log_in(app, authenticator, door, oidc.BEGIN if has_provider else "")
    invitation.serve_invitation(app, authenticator, people, door)
    if has_provider:
        oidc.serve_by_provider(app, authenticator, oidc.Provider(settings), door)
    return (*login.PATHS, *invitation.PATHS, *(oidc.PATHS if has_provider else ()))


def _archive(settings: BotSettings, users: Users | None) -> Archive | None:
    """What keeps the conversations of the users; None where nobody logs in or it is switched off.

    Opened here once, it drops those of users who were removed while the app did not run.
    """
    if users is None or not settings.conversations:
        return None
    # Whom an identity provider lets in is in no file: their conversations end with their time.
    members = None if settings.oidc_issuer else users.all
    archive = Archive(settings.conversations_folder, members)
    try:
        archive.sweep()
    except (
        PlaidoyerError
    ) as error:  # the page says so where they are listed; it answers all the same
        complain(error)
    return archive


def _single_user(settings: BotSettings) -> bool:
    """Is it one person's own machine? Then nobody else has to be protected from them."""
    return not settings.users and not settings.allow_anonymous


def _pending(blocks: gr.Blocks) -> Iterator[Visitor]:
    """The visitor of each event that gradio has not finished. gradio says so nowhere else."""
    return (visitor(event.request) for event in blocks._queue.event_ids_to_events.values())


def authenticator_of(settings: BotSettings) -> Authenticator:
    """Who is let in: the users of a file; or anybody, to the public documents; or this machine.

    Raises `UsersInvalid` for a users file that is empty or stands where it must not, and
    `SessionsUnusable`, `RedisUnusable`.
    """
    users = Users(usable(settings.users, settings.corpus)) if settings.users else None
    if users and not users.all() and not settings.oidc_issuer:
        raise UsersInvalid(
            f"{settings.users} has no user. "
            "Add one: python -m bot user add NAME --audience members|staff"
        )
    return Authenticator(
        users,
        ("public",) if settings.allow_anonymous else READERS,
        local_only=_single_user(settings),
        by_provider=bool(settings.oidc_issuer),
        attempts=Attempts(counts=Counts(settings.redis_url)),
        sessions=Sessions(settings.sessions_file) if users else None,
    )


def listen(settings: BotSettings) -> socket.socket:
    """The socket to serve on.

    Raises `PortInUse`, and `LogInMissing` where other machines would reach it without a log-in.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise PortInUse(
            f"{settings.host}:{settings.port} cannot be served on ({error.strerror}). "
            "Stop what uses it, or choose another: PLAIDOYER_PORT=7861 make run"
        ) from error
    if not (settings.users or settings.allow_anonymous or is_loopback(listening.getsockname()[0])):
        listening.close()
        raise LogInMissing(
            f"{settings.host} is reached from other machines, and there is no log-in. "
            "Add a user (python -m bot user add NAME --audience members|staff) and set "
            "PLAIDOYER_USERS; or set PLAIDOYER_ALLOW_ANONYMOUS=yes to show anybody the public "
            "documents."
        )
    return listening


def serving(app: FastAPI, settings: BotSettings) -> uvicorn.Config:
    """How the application is served: no request is logged, only a named proxy is believed, and a
    request that does not arrive in time is given up."""
    return uvicorn.Config(
        app,
        http=Deadline,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=bool(settings.trusted_proxy),
        forwarded_allow_ips=settings.trusted_proxy,
    )


class Server(uvicorn.Server):
    """uvicorn's server, which lets running answers finish.

    Open pages are let go: their heartbeat would never end.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's."""
        if isinstance(self.config.app, FastAPI):
            for route in self.config.app.routes:
                if isinstance(route, Mount) and isinstance(route.app, gr.routes.App):
                    route.app.stop_event.set()
        await super().shutdown(sockets)


def main() -> int:
    """Serve the page until interrupted.

    Returns 0; 2 where there is no index, the port is taken or a log-in is missing.
    """
    try:
        settings = BotSettings.from_environment()
        Brand.of(settings)
        if settings.oidc_issuer:
            oidc.Provider(settings)
        Shelf(settings.store).current()
        authenticator = authenticator_of(settings)
        listening = listen(settings)
        metrics, lanes = Metrics(), Lanes(alone=_single_user(settings))
        citations = Citations(settings.store)
        end_metrics = _serve_metrics(metrics, settings)
    except PlaidoyerError as error:
        complain(error)
        return 2
    thread = ThreadPoolExecutor(1, thread_name_prefix="opening")
    opening: Future[Bot] = thread.submit(open_bot, settings)

    def ready() -> bool:
        return opening.done() and not opening.exception()

    metrics.watch(opening.result, ready, lambda: lanes.waiting)
    use = Use(settings.store)
    app = application(
        opening.result,
        settings,
        authenticator,
        lanes,
        ready=ready,
        metrics=metrics,
        use=use,
        citations=citations,
    )
    server = Server(serving(app, settings))
    opening.add_done_callback(lambda done: _stop_if_failed(done, server))
    print(
        f"Plaidoyer answers on http://{settings.host}:{settings.port} (Ctrl+C stops it)", flush=True
    )
    server.run(sockets=[listening])
    use.write()
    citations.write()
    end_metrics()
    return 2 if opening.done() and opening.exception() else 0


def _serve_metrics(metrics: Metrics, settings: BotSettings) -> Callable[[], None]:
    """Serve the metrics if a port is set for them; what ends that. Raises `PortInUse`."""
    host, port = settings.metrics_host, settings.metrics_port
    if not port:
        return lambda: None
    try:
        return metrics.serve(host, port)
    except OSError as error:
        raise PortInUse(
            f"The metrics cannot be served on {host}:{port} ({error.strerror}). "
            "Choose another: PLAIDOYER_METRICS_PORT"
        ) from error


def _stop_if_failed(opening: Future, server: uvicorn.Server) -> None:
    if error := opening.exception():
        complain(error)
        server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
