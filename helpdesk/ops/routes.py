"""The addresses of the operators' screens."""

from starlette.routing import Route

from helpdesk.ops import metrics, ready

routes = [
    Route("/healthz", ready.healthz, methods=["GET"]),
    Route("/readyz", ready.readyz, methods=["GET"]),
    Route("/metrics", metrics.show, methods=["GET"]),
]
