"""How long a fault test goes on: short in the suite, long with `HELPDESK_FAULT_LONG=1` (as `bin/faults` runs them)."""

import os

import pytest

from tests.profiles import PROFILES

LONG = os.environ.get("HELPDESK_FAULT_LONG") == "1"
SEED = 20261124
BOTH = pytest.mark.parametrize("kind", PROFILES)
PATIENT = pytest.mark.timeout(1800 if LONG else 120)


def times(short: int, long: int) -> int:
    """How often, by the form that runs."""
    return long if LONG else short
