"""How far an answer stands out from the other articles counts for whether it is given."""

import numpy as np
import pytest

from helpdesk.faq.learner import Rehearsal
from helpdesk.faq.rivals import Rivals, together, usual
from helpdesk.faq.vectors import Floats

THRESHOLD = 0.2


def _claims(*rows: tuple[float, ...]) -> Floats:
    return np.array(rows, np.float32).reshape(-1, 4)


def _rehearsed(claims: Floats) -> Rivals:
    none = _claims()
    return usual(Rehearsal(right=claims, strange=none, foreign=none, missed=none, ordinary=none), THRESHOLD)


def test_the_more_articles_claim_a_question_the_more_they_claim_together() -> None:
    alone, with_one, with_two = together(_claims((0.5, -9, -9, 0), (0.5, 0.4, -9, 0), (0.5, 0.4, 0.4, 0)))
    assert alone == pytest.approx(0.5)
    assert alone < with_one < with_two


def test_a_lead_as_usual_changes_nothing_at_the_threshold_and_a_smaller_one_costs() -> None:
    rivals = _rehearsed(_claims(*((best, 0.1, 0.0, 0.0) for best in np.linspace(0.1, 0.5, 9))))
    at_threshold = np.zeros(1, np.float32)
    crowded = _claims((THRESHOLD, 0.19, 0.19, 0.0))
    as_usual = _claims((THRESHOLD, 0.1, 0.0, 0.0))
    assert rivals.weighed(at_threshold, THRESHOLD - together(as_usual)) == pytest.approx(0, abs=0.01)
    assert rivals.weighed(at_threshold, THRESHOLD - together(crowded)) < -0.05


@pytest.mark.parametrize("rows", [(), ((0.3, -9.0, -9.0, 0.0),)])
def test_an_faq_that_tells_nothing_about_rivals_leaves_scores_as_they_are(
    rows: tuple[tuple[float, ...], ...],
) -> None:
    margins = np.array([-0.1, 0.0, 0.3], np.float32)
    assert _rehearsed(_claims(*rows)).weighed(margins, np.zeros(3, np.float32)) == pytest.approx(margins)
