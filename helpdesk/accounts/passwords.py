"""Pure: is a new password good enough, and if not, what exactly is missing. The page's script knows the same rules."""

import unicodedata
from dataclasses import dataclass

from helpdesk.accounts.common_passwords import is_common, strip_affixes

MAX_CHARS = 256
MAX_BYTES = 1024
FEW = 4
LOST = "\ufffd"
"""What a decoder puts in place of bytes that are no text: two different passwords would become one."""


KINDS_IN_WORDS = """,
- an **uppercase** letter,
- a **lowercase** letter,
- a **special character**, such as `!`, `?`, `#` or `-`."""


@dataclass(frozen=True)
class Policy:
    """The rules of one setting."""

    name: str
    min_length: int
    needs_kinds: bool
    max_length: int = MAX_CHARS

    def facts(self) -> dict[str, int | str]:
        """What articles may say about passwords; `kinds` goes on with the list that the length begins."""
        kinds = KINDS_IN_WORDS if self.needs_kinds else "."
        return {"min_length": self.min_length, "max_length": self.max_length, "kinds": kinds}

    @property
    def requirements(self) -> list[tuple[str, str]]:
        """(rule, what it asks for), as the list beside the field says it."""
        first = [("length", f"At least {self.min_length} characters")]
        return first + [(rule, ask) for rule, ask, _ in KINDS] if self.needs_kinds else first

    @property
    def for_managers(self) -> str:
        """The same for password managers that make one up."""
        asked = " required: upper; required: lower; required: special;" if self.needs_kinds else ""
        return f"minlength: {self.min_length}; maxlength: {self.max_length};{asked}"


@dataclass(frozen=True)
class Problem:
    """One reason why not: the rule's name and a sentence for the person who typed it."""

    rule: str
    sentence: str


SEED = Policy("seed", 8, needs_kinds=True)
NIST = Policy("nist", 15, needs_kinds=False)
KINDS = (
    ("upper", "An uppercase letter", "an uppercase letter"),
    ("lower", "A lowercase letter", "a lowercase letter"),
    ("special", "A special character (for example ! @ # -)", "a special character"),
)


def policy_named(name: str) -> Policy:
    """The policy of the setting `seed` or `nist`."""
    return NIST if name == "nist" else SEED


def normalised(password: str) -> str:
    """What is hashed: NFKC, nothing trimmed, no case changed."""
    return unicodedata.normalize("NFKC", password)


def is_usable(password: str) -> bool:
    """Whether it can be hashed at all: not endless, no control, half, lost or unassigned character."""
    if len(password) > MAX_CHARS * 4:
        return False
    plain = normalised(password)
    if max(len(password), len(plain)) > MAX_CHARS or any(
        c == LOST or unicodedata.category(c) in {"Cs", "Cc", "Cn"} for c in password
    ):
        return False
    return len(plain.encode()) <= MAX_BYTES


def problems(
    policy: Policy, password: str, *, email: str = "", site_name: str = "", is_current: bool = False
) -> list[Problem]:
    """Everything that is wrong with `password`, at once; [] when it may be taken."""
    if len(password) > policy.max_length or len(normalised(password)) > policy.max_length:
        return [Problem("too_long", f"A password can have at most {policy.max_length} characters.")]
    if not is_usable(password):
        return [Problem("characters", "The password holds characters that cannot be used.")]
    if faults := _composition(policy, password):
        return faults
    if is_current:
        return [Problem("current", "New Password must be different from Current Password.")]
    if _is_personal(password, email, site_name):
        return [
            Problem(
                "personal", "This password is too easy to guess: it is made of your email or the site's name."
            )
        ]
    if is_common(normalised(password)):
        return [Problem("common", "This password is too common: it is on the list that attackers try first.")]
    return []


def sentence(policy: Policy, found: list[Problem]) -> str:
    """One text for all problems, naming each missing thing; "" when there are none."""
    missing = [p.sentence for p in found if p.rule in {"length", "upper", "lower", "special"}]
    if not missing:
        return " ".join(p.sentence for p in found)
    rule = f"Your new password must be at least {policy.min_length} characters long"
    if policy.needs_kinds:
        rule += " and must contain uppercase letters, lowercase letters, and special characters"
    return f"{rule}. Still needed: {', '.join(missing)}."


def _composition(policy: Policy, password: str) -> list[Problem]:
    plain = normalised(password)
    found = []
    if min(len(password), len(plain)) < policy.min_length:
        found.append(Problem("length", f"at least {policy.min_length} characters"))
    if policy.needs_kinds:
        kinds = {_kind(c) for c in plain}
        found += [Problem(rule, text) for rule, _, text in KINDS if rule not in kinds]
    return found


def _kind(char: str) -> str:
    """`upper`, `lower`, `special`, or "" for digits, spaces and what cannot be seen."""
    category = unicodedata.category(char)
    if category in {"Lu", "Ll"}:
        return "upper" if category == "Lu" else "lower"
    return "" if category[0] in "LNZC" or char.isspace() else "special"


def _is_personal(password: str, email: str, site_name: str) -> bool:
    """The whole password is the address, a part of it or the site's name, give or take a few characters at an end."""
    local, _, host = email.rpartition("@")
    words = {email, local, host, host.partition(".")[0], site_name, site_name.replace(" ", "")}
    whole = normalised(password).casefold()
    return any(_is_made_of(whole, normalised(word).casefold()) for word in words if word)


def _is_made_of(whole: str, word: str) -> bool:
    if whole == word or (strip_affixes(whole) == strip_affixes(word) and len(whole) - len(word) <= FEW + 1):
        return True
    at_an_end = whole.startswith(word) or whole.endswith(word)
    return at_an_end and len(word) > FEW and len(whole) - len(word) <= FEW
