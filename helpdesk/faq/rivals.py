"""Pure: how far an article's claim stands out from those of all the others, and what that makes of its score.

Where many articles claim a question about as strongly, it is more likely about none of them. What is usual differs
from FAQ to FAQ, so it is learned from the texts that the FAQ knows, read as if they were not known.
"""

from dataclasses import dataclass

import numpy as np

from helpdesk.faq.learner import Rehearsal, score
from helpdesk.faq.vectors import Floats

_NEAR = 0.2
"""How far below the best a claim, in claims, still counts as coming near it."""
_AROUND = 0.08
"""How near to the threshold, in claims, a score tells what is usual there."""
_STEEPEST = 3.0


@dataclass(frozen=True, slots=True)
class Rivals:
    """`usual` is the lead of a text that scores just at the threshold; `slope` how lead and score grow together."""

    usual: float
    slope: float

    def weighed(self, margins: Floats, leads: Floats) -> Floats:
        """Margins over the threshold, less where the lead is smaller than usual and more where it is greater."""
        return np.asarray((margins + leads - self.usual) / self.slope, np.float32)


def together(claims: Floats) -> Floats:
    """The claims of all articles as one: the best one's and more, the more of the others come near it."""
    best = claims[..., :-1].max(-1)
    others = np.exp((claims[..., :-1] - best[..., None]) / _NEAR).sum(-1)
    return np.asarray(best + _NEAR * np.log(others), np.float32)


def usual(rehearsal: Rehearsal, threshold: float) -> Rivals:
    """What leads are usual where scores are near the threshold: a line through them, nearer ones weighing more."""
    claims = np.concatenate([rehearsal.right, rehearsal.strange, rehearsal.missed, rehearsal.ordinary])
    scores = score(claims).astype(np.float64)
    leads = (claims[:, :-1].max(-1) - together(claims)).astype(np.float64)
    weights = np.exp(-(((scores - threshold) / _AROUND) ** 2)) + 1e-9
    weights /= weights.sum()
    off, lead = scores - weights @ scores, float(weights @ leads)
    rise = float(weights @ (off * (leads - lead))) / max(float(weights @ off**2), 1e-6)
    rise = min(max(rise, 0.0), _STEEPEST - 1)
    return Rivals(lead + rise * (threshold - float(weights @ scores)), 1 + rise)
