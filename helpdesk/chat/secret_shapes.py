"""Pure: secrets that are known by their shape alone: tokens, card numbers, our verification codes."""

import re
from collections.abc import Iterator

from helpdesk.chat import secret_words as words

_B = r"(?<![A-Za-z0-9_-])"
_TOKENS = re.compile(
    r"-----BEGIN[A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END[A-Z ]{0,30}PRIVATE KEY-----|\Z)"
    rf"|{_B}eyJ[\w-]{{8,}}\.[\w-]{{4,}}(?:\.[\w-]*)?"
    rf"|{_B}(?:gh[pousr]_|github_pat_|glpat-|gldt-|npm_|pypi-|hf_|dop_v1_|shp(?:at|ss|ca)_|"
    rf"xox[abeprs]-|xapp-|sk_live_|sk_test_|"
    r"rk_live_|pk_live_|whsec_|sk-|AIza|ya29\.|SG\.|lin_api_|figd_|ntn_|secret_|hvs\.|dckr_pat_|"
    r"AGE-SECRET-KEY-)[\w.=+/-]{12,}"
    rf"|{_B}(?:AKIA|ASIA|AGPA|AROA)[0-9A-Z]{{12,}}"
    r"|(?<=/recover/)[\w-]{8,}|(?<=/t/)[\w-]{8,}"
    r"|(?<=uthorization: Basic )[\w+/=-]{8,}"
    r"|otpauth://\S+"
)
_NAMED = re.compile(
    r"(?<![^\W_])(?:(?:access|api|auth|bearer|refresh|id|secret|private|session|client|personal "
    r"access|recovery|backup|app)[ _-]?)*"
    r"(?:token|secret|api[ _-]?key|access[ _-]?key|secret[ _-]?key|private[ _-]?key|apikey|jwt|"
    r"bearer|credential|cookie)"
    r"(?:\s*(?:is|was|:|=|->)+\s*|\s+|[\"']\s*:\s*)(?:bearer\s+)?[\"'`]?([\w+/=.~-]{8,})"
)
_BLOB = re.compile(r"(?<![\w/.=@+-])[A-Za-z0-9_+=-]{32,}(?![\w/.@])")
_CARD = re.compile(r"(?<![\w.+-])\d(?:[  .–-]?\d){12,18}(?![\w-])")
_CVV = re.compile(
    r"(?<![^\W_])(?:(?:cvv2?|cvc2?|csc)(?: code| number)?|"
    r"card (?:security|verification) (?:code|number)|security code "
    r"on (?:the|my) card)(?:\s+(?:is|was))?\s*[:=]?\s*(\d{3,4})(?!\w)"
)
_C = "[BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz]"
_Z = "[\\u00ad\\u200b-\\u200d\\u2060\\ufeff]?"
_S = "[ \\t\\u00a0\\u2007\\u202f\\u200b-\\u200d\\u2060\\ufeff._·•*/–—−‐‑-]"
_CODE = re.compile(rf"(?<![^\W_])({_C}(?:{_Z}{_C}){{3}})({_S}{{0,3}}|\n)({_C}(?:{_Z}{_C}){{3}})(?![^\W_])")
_SPELLED = re.compile(rf"(?<![^\W_])(?:{_C}{_S}{{1,3}}){{7}}{_C}(?![^\W_])")
_PAIRS = re.compile(rf"(?<![^\W_])(?:{_C}{{2}}{_S}{{1,3}}){{3}}{_C}{{2}}(?![^\W_])")
_LOOSE = re.compile(rf"(?={_C})(?:{_C}{_S}{{0,3}}\n?){{8,40}}")
_CONSONANTS = re.compile(f"(?:{_C}|{_S}|[\\u00ad\\n]){{8}}")
_LONG_WORD = re.compile(r"\S{11}")
_DIGIT = re.compile(r"\d")
_CODE_WORD = re.compile(
    r"(?<![^\W_])(?:code|codes|otp|tan|código|codigo|codice|kod|код|κωδικός|验证码|コード|인증)(?![^\W_])|"
    r"验证码|コード|코드|인증번호"
)
_DIGIT_CODE = re.compile(
    rf"(?P<no>(?:{words.HARMLESS_CODES})[ -]?)?"
    r"(?<![^\W_])(?P<kind>(?:verification|security|log-?in|sign-?in|one[- ]time|auth\w*|2fa|mfa|"
r"sms|reset|confirm\w*|access|"
    r"sicherheits-?|bestätigungs-?|verifizierungs-?|einmal-?)[ -]?(?:pass)?codes?|(?:pass|my |the "
r"|your |this |that |mein |el |le |il |der )codes?|"
    r"code|otp|one[- ]time password|tan|2fa|mfa|totp|código(?: de (?:verificación|seguridad|verificação|"
r"segurança))?|codigo(?: de verificacion)?|"
    r"code de (?:vérification|sécurité|verification)|codice(?: di (?:verifica|sicurezza))?)(?![^\W_])"
    r"(?:\s+(?:(?:i|you)\s+(?:got|received|sent|have)|from\s+(?:the|your)\s+\w+))?\s*(?:is|was|"
r"ist|lautet|war|es|era|est|è|é|says)?\s*[:=]?\s*[\"'“]?"
    r"(?P<digits>\d{3}[ -]\d{3}|\d{4,8})(?!\w|[.,]\d)"
)  # fmt: skip


_DIGITS_FIRST = re.compile(
    r"(?<!\w)(\d{3}[ -]\d{3}|\d{4,8})\s+(?:is|was|as|ist|als|es|como|comme)\s+(?:my|the|a|mein|"
    r"der|mi|el|mon|le)\s+"
    r"(?:(?:verification|security|log-?in|one[- ]time|reset|confirmation|2fa|sms)\s+)?(?:code|otp|"
    r"bestätigungscode|código)(?!\w)"
)


def may_have_digits(text: str) -> bool:
    """False only where none of the patterns can find a digit, nor anything that counts as one."""
    return not text.isascii() or _DIGIT.search(text) is not None


def tokens(text: str, low: str, digits: bool) -> Iterator[tuple[int, int]]:
    """Keys and tokens: by their prefix, by the word before them, or by being long and random."""
    # Most messages have neither a long word nor a digit, and then nothing below can match.
    long = _LONG_WORD.search(text) is not None
    if long or "-----BEGIN" in text or "uthorization: Basic " in text:
        for match in _TOKENS.finditer(text):
            yield match.span()
    if not digits:
        return
    for match in _NAMED.finditer(low):
        value = match[1].rstrip(".-")
        if _random(value):
            yield match.start(1), match.start(1) + len(value)
    for match in _BLOB.finditer(text) if long else ():
        value = match[0]
        mixed = any(c.isupper() for c in value) and any(c.islower() for c in value)
        if (
            mixed
            and sum(c.isdigit() for c in value) >= 3
            and value.count("-") + value.count("_") <= len(value) // 8
        ):
            yield match.span()


def _random(value: str) -> bool:
    letters = any(c.isalpha() for c in value)
    digits = sum(c.isdigit() for c in value)
    return (letters and digits >= 2 and len(value) >= 10) or (len(value) >= 20 and letters and digits >= 1)


def cards(text: str, low: str) -> Iterator[tuple[int, int]]:
    """Payment cards by length, first digits and check digit; the code on the back."""
    for match in _CARD.finditer(text):
        digits = "".join(str(int(c)) for c in match[0] if c.isdigit())
        if _brand(digits) and _luhn(digits):
            yield match.span()
    for match in _CVV.finditer(low):
        yield match.span(1)


def _brand(digits: str) -> bool:
    length, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return length in (13, 16, 19)
    if two in (34, 37):
        return length == 15
    if two in (36, 38, 39) or 300 <= int(digits[:3]) <= 305:
        return length in (14, 16)
    if 51 <= two <= 55 or 2221 <= four <= 2720:
        return length == 16
    if 3528 <= four <= 3589 or two in (50, 56, 57, 58, 60, 61, 63, 64, 65, 66, 67, 68, 69):
        return length == 16
    return two == 62 and length in (16, 17, 18, 19)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def looks_like_code(text: str, low: str, digits: bool) -> Iterator[tuple[int, int]]:
    """Verification codes as we send them, in whatever spelling; and the numbers that other services send."""
    if _CONSONANTS.search(text):  # no vowel among eight: most messages end here
        yield from _our_codes(text, low)
    if digits:
        yield from (match.span(1) for match in _DIGITS_FIRST.finditer(low))
        yield from (match.span("digits") for match in _DIGIT_CODE.finditer(low) if match["no"] is None)


def _our_codes(text: str, low: str) -> Iterator[tuple[int, int]]:
    talk_of_codes = bool(_CODE_WORD.search(low))
    for match in _CODE.finditer(text):
        if _plausible(match, text, talk_of_codes):
            yield match.span()
    for pattern in (_SPELLED, _PAIRS):
        for match in pattern.finditer(text):
            if match[0].isupper() or talk_of_codes or pattern is _SPELLED:
                yield match.span()


def _plausible(match: re.Match[str], text: str, talk_of_codes: bool) -> bool:
    left, gap, right = match[1], match[2], match[3]
    if len(set((left + right).lower())) <= 2:
        return False
    if not gap:
        return True
    if left.lower() in words.CODE_LIKE_WORDS and right.lower() in words.CODE_LIKE_WORDS:
        return False
    if left.isupper() and right.isupper():
        return True
    alone = not text[: match.start()].strip() and not text[match.end() :].strip()
    return talk_of_codes or alone or gap.strip() != ""


def codes(text: str) -> list[str]:
    """Each run of eight consonants that could be one of our codes, separators left out; at most 20."""
    found: list[str] = []
    for match in _LOOSE.finditer(text):
        letters = re.sub(r"[^A-Za-z]", "", match[0]).upper()
        for start in range(len(letters) - 7):
            code = letters[start : start + 8]
            if code not in found:
                found.append(code)
            if len(found) == 20:
                return found
    return found
