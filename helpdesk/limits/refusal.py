"""A refusal for being too often: counted by the name of its limit, then raised."""

from helpdesk.errors import TooMany
from helpdesk.measures import LIMITER_HITS


def too_many(limit: str, sentence: str = "", retry_after_s: float = 60.0) -> TooMany:
    """What to raise; the metric of refusals has counted it."""
    LIMITER_HITS.labels(limit=limit).inc()
    return TooMany(sentence, retry_after_s)
