"""`/metrics`: Prometheus text. Counters of this process, and gauges read from the rows when asked."""

from collections.abc import Iterator
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response

from helpdesk import measures
from helpdesk.errors import DeskError, NotFound
from helpdesk.ops.figures import Figures, read_figures
from helpdesk.web.client_address import client_address
from helpdesk.wiring import Desk

_machine = CollectorRegistry()
PlatformCollector(registry=_machine)
ProcessCollector(registry=_machine)


class _Rows:
    """The figures of one reading, as metrics."""

    def __init__(self, figures: Figures, desk: Desk) -> None:
        self._figures, self._desk = figures, desk

    def collect(self) -> Iterator[Metric]:
        """One family for each figure."""
        for name, (words, label) in FAMILIES.items():
            value = self._figures.get(name)
            if value is None:
                continue
            family = GaugeMetricFamily(f"helpdesk_{name}", words, labels=[label] if label else None)
            for key, number in value.items() if isinstance(value, dict) else [("", value)]:
                family.add_metric([key] if label else [], number)
            yield family
        library = self._desk.library.current
        yield _gauge("faq_articles", "Articles that are live.", len(library.articles))
        yield _gauge("faq_faults", "Faults in the files of the articles.", len(library.faults))
        yield _gauge("bus_up", "1 when rings reach other processes.", int(self._desk.bus.healthy))
        yield _gauge("open_sockets", "Sockets open in this process.", len(self._desk.sockets.wires))
        yield _gauge("database_up", "1 when the figures could be read.", int(bool(self._figures)))


FAMILIES: dict[str, tuple[str, str]] = {
    "conversations": ("Conversations by who has them.", "handled_by"),
    "queue_oldest_seconds": ("How long the longest waiting visitor has waited for a person.", ""),
    "first_reply_seconds": ("Mean wait for the first reply of a person, over the last 24 hours.", ""),
    "bot_solved_ratio": ("Share of the last 24 hours' conversations that never needed a person.", ""),
    "outbox_jobs": ("Jobs of the outbox by state.", "state"),
    "outbox_oldest_seconds": ("How long the oldest due job is overdue.", ""),
    "open_tickets": ("Open tickets by priority.", "priority"),
    "webhook_endpoints": ("Webhook endpoints by state.", "state"),
    "failed_sign_ins_last_hour": ("Failed sign-ins in the audit trail of the last hour.", ""),
}


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"helpdesk_{name}", words, value=value)


async def show(request: Request) -> Response:
    """Everything, as text. Only for askers in private networks: the figures are nobody else's business."""
    if not _is_private(client_address(request)):
        raise NotFound()
    desk = request.app.state.desk
    return Response(await exposition(desk), media_type=CONTENT_TYPE_PLAIN_0_0_4)


async def exposition(desk: Desk) -> bytes:
    """The text for one desk; without a database, what the process knows by itself."""
    try:
        figures = await desk.store.read(read_figures)
    except DeskError:
        figures = {}
    rows = CollectorRegistry()
    rows.register(_Rows(figures, desk))
    return b"".join(generate_latest(registry) for registry in (_machine, measures.REGISTRY, rows))


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return address in {"", "unknown", "testclient"}
