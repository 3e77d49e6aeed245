"""Forms: read once, checked for forgery, every field a single text."""

import re
import unicodedata
from collections.abc import Mapping
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from helpdesk.errors import Invalid
from helpdesk.web.csrf import FIELD, HEADER, check_same_site, check_token

MAX_FIELDS = 40
NEVER_KEPT = {"code", "password", "current_password", "new_password", "confirm_password"}
MAX_EMAIL_CHARS = 254
MAX_LOCAL_PART = 64
"""Octets before the @, as mail servers take them (RFC 5321)."""
NOT_SEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
"""Within the brackets of a pattern: white space, control, and all that has no shape of its own."""
_UNSEEN = re.compile(rf"[{NOT_SEEN}\U000e0000-\U000e0fff]*")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form as texts. Refused without a valid token, Invalid for doubled fields or files.

    A field that stands twice is refused: whichever of the two were taken, somebody could be misled.
    """
    check_same_site(request)
    if not is_form(request):
        if request.headers.get("content-length", "0") not in {"", "0"}:
            raise Invalid("Send this as a form.")
        check_token(request, request.headers.get(HEADER))
        return {}
    form = await request.form(max_fields=MAX_FIELDS, max_files=0)
    check_token(request, form.get(FIELD) or request.headers.get(HEADER))
    if any(isinstance(value, UploadFile) for _, value in form.multi_items()):
        raise Invalid("This form takes no files.")
    return texts_of(form)


def is_form(request: Request) -> bool:
    """Whether the body is said to be a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"application/x-www-form-urlencoded", "multipart/form-data"}


def texts_of(form: FormData) -> dict[str, str]:
    """The fields that are texts. Invalid for one that stands twice, and for a NUL that would be kept."""
    values: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            continue
        if name in values:
            raise Invalid(**{name.strip("[]"): "Send one value only."})
        if "\0" in value and name not in NEVER_KEPT:
            raise Invalid(**{name: "This holds a character that cannot be kept."})
        values[name] = value
    return values


def text_field(form: Mapping[str, str], name: str, *, least: int = 1, most: int, label: str = "") -> str:
    """A trimmed text. Invalid, naming the field, when it is shorter or longer than asked or holds control characters."""
    value = form.get(name, "").strip()
    label = label or name.replace("_", " ").capitalize()
    if len(_UNSEEN.sub("", value)) < least:
        raise Invalid(
            **{name: f"Fill in {label}." if least == 1 else f"{label} needs at least {least} characters."}
        )
    if len(value) > most:
        raise Invalid(**{name: f"{label} can have at most {most} characters."})
    if any(ord(c) < 32 and c not in "\n\r\t" for c in value) or "\x7f" in value or has_surrogate(value):
        raise Invalid(**{name: f"{label} holds characters that cannot be used."})
    return value


def line_field(form: Mapping[str, str], name: str, *, least: int = 1, most: int, label: str = "") -> str:
    """As `text_field`, on one line."""
    value = text_field(form, name, least=least, most=most, label=label)
    if any(c in value for c in "\r\n\v\f\u2028\u2029"):
        raise Invalid(**{name: "Keep this on one line."})
    return value


def one_line(text: str, most: int) -> str:
    """The text as a name is shown: on one line, without what cannot be printed, at most `most` characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def whole_number(typed: str, most_digits: int) -> int | None:
    """The number that was typed; None for anything else, and for one of more digits."""
    return int(typed) if typed.isdecimal() and len(typed) <= most_digits else None


def email_address(typed: object, field: str = "email") -> str:
    """The one address in `typed`, canonical (trimmed, NFKC, host in lower case). Invalid, naming `field`, otherwise."""
    sentence = "Enter an email address like name@example.com."
    if not isinstance(typed, str) or len(typed) > MAX_EMAIL_CHARS + 32:
        raise Invalid(**{field: sentence})
    plain = unicodedata.normalize("NFKC", typed.strip())
    if not plain.isprintable() or any(c in plain for c in ",;<>\"'()"):
        raise Invalid(**{field: sentence})
    try:
        found = validate_email(plain, check_deliverability=False, allow_smtputf8=True, test_environment=True)
    except EmailNotValidError:
        raise Invalid(**{field: sentence}) from None
    address = found.normalized
    if (
        len(found.local_part.encode()) > MAX_LOCAL_PART
        or len(address) > MAX_EMAIL_CHARS
        or parseaddr(address)[1] != address
    ):
        raise Invalid(**{field: sentence})
    return address


def address_or_none(typed: object) -> str:
    """As `email_address`; "" for what cannot be one: then nobody is found, in the same time."""
    try:
        return email_address(typed)
    except Invalid:
        return ""


def has_surrogate(text: str) -> bool:
    """Whether a text holds half of a character, which no file and no wire can carry."""
    return any("\ud800" <= c <= "\udfff" for c in text)


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: white space, joiners, marks of direction and other signs without a shape."""
    return _UNSEEN.fullmatch(text) is not None
