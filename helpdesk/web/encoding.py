"""Pure: what a client says about the forms of an answer that it takes."""

from starlette.requests import HTTPConnection


def takes_gzip(request: HTTPConnection) -> bool:
    """Whether the answer may be sent as gzip: what is said of gzip counts, else what is said of the others."""
    weights = _weights(request.headers.get("accept-encoding", ""))
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def prefers_json(request: HTTPConnection) -> bool:
    """Whether a program asks: for JSON in one of its forms, and for no page."""
    weights = _weights(request.headers.get("accept", ""))
    return weights.get("text/html", 0.0) <= 0 and any(
        weight > 0 and (name == "application/json" or name.endswith("+json"))
        for name, weight in weights.items()
    )


def _weights(header: str) -> dict[str, float]:
    """`gzip, br;q=0.5` → {"gzip": 1.0, "br": 0.5}; a weight that is none counts as 1."""
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *facts = (piece.strip() for piece in part.split(";"))
        said = next((fact[2:] for fact in facts if fact.startswith("q=")), "1")
        found[name] = float(said) if said.replace(".", "", 1).isdecimal() else 1.0
    return found
