"""The whole error vocabulary: rules raise these, `web/problems.py` and the sockets show them.

A message is a sentence for its reader. None says whether an account exists.
"""


class DeskError(Exception):
    """Any refusal of a rule; `code` is the word of the contract for sockets and the API."""

    code = "invalid"
    status = 400

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.__class__.__doc__ or ""
        super().__init__(self.sentence)


class NotFound(DeskError):
    """There is nothing here that you may see."""

    code = "not_found"
    status = 404


class Refused(DeskError):
    """You may not do that."""

    code = "refused"
    status = 403


class SignInNeeded(DeskError):
    """Sign in first."""

    code = "unauthorized"
    status = 401


class Invalid(DeskError):
    """Some fields are not right; `fields` maps each one's name to a sentence."""

    code = "invalid"
    status = 422

    def __init__(self, sentence: str = "", /, **fields: str) -> None:
        super().__init__(sentence or " ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields

    @property
    def plain(self) -> str:
        """The sentences alone, for a person who sees no names of fields."""
        return " ".join(self.fields.values()) or self.sentence


class TooLong(DeskError):
    """That is too long."""

    code = "too_long"


class Conflict(DeskError):
    """Somebody else was first."""

    code = "conflict"
    status = 409


class TooMany(DeskError):
    """That was too often. Try again later."""

    code = "too_fast"
    status = 429

    def __init__(self, sentence: str = "", retry_after_s: float = 60.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s


class Unavailable(DeskError):
    """The desk cannot save anything right now. Nothing was lost; try again in a moment."""

    code = "unavailable"
    status = 503

    def __init__(self, sentence: str = "", retry_after_s: float = 2.0) -> None:
        super().__init__(sentence)
        self.retry_after_s = retry_after_s
