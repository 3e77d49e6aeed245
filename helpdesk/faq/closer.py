"""Pure: a closer look at the few articles that claim a question most, by what sets just them apart from each other.

Among all articles a wording counts for what sets it apart from everything that is known. Between the five that come
nearest, much of that is the same, and what is left decides.
"""

from collections.abc import Callable, Sequence

import numpy as np

from helpdesk.faq.learner import RIDGE, Ints
from helpdesk.faq.vectors import Floats

LOOKED_AT = 5
"""Articles, those with the strongest claims."""
SHARE = 0.3
"""What the closer look weighs beside the claims among all; who leads by more than this keeps the lead."""
_WORDINGS = 30
"""So many of an article's wordings are looked at, those nearest to the question."""


def claims(alike: Floats, places: Sequence[Ints], among: Callable[[Ints], Floats]) -> Floats:
    """How strongly each of the articles at these places claims the question, as if there were no other; they add up to about 0.

    `alike` is how like the question is to all known texts, `among` how like some of them are to each other.
    """
    looked_at = [own[np.argsort(-alike[own], kind="stable")[:_WORDINGS]] for own in places]
    texts = np.concatenate(looked_at)
    owners = np.repeat(np.arange(len(places)), [len(own) for own in looked_at])
    wanted = np.eye(len(places), dtype=np.float32)[owners] - np.float32(1 / len(places))
    kernel = np.exp(among(texts) - 1)
    kernel[np.diag_indices(len(kernel))] += RIDGE
    return np.asarray(np.exp(alike[texts] - 1) @ np.linalg.solve(kernel, wanted), np.float32)
