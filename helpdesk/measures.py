"""What this process counts as it runs; whatever rows can tell is read from them (`ops/metrics.py`)."""

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()

ECHO_SECONDS = Histogram(
    "helpdesk_echo_seconds",
    "From a visitor's frame to its durable echo.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=REGISTRY,
)
LIMITER_HITS = Counter(
    "helpdesk_limiter_hits_total", "Attempts that a limit refused.", ["limit"], registry=REGISTRY
)
HTTP_REQUESTS = Counter(
    "helpdesk_http_requests_total", "Requests answered.", ["method", "status"], registry=REGISTRY
)
API_REQUESTS = Counter(
    "helpdesk_api_requests_total", "Calls of the API.", ["call", "status"], registry=REGISTRY
)
