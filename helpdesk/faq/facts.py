"""The facts that articles name as `{{ group.name }}`: no article can promise what is not enforced."""

import re
from collections.abc import Iterator, Mapping

from helpdesk.faq.article import Facts

DEFAULT_FACTS: Facts = {
    "policy": {
        "min_length": 8,
        "max_length": 256,
        "kinds": ",\n- an **uppercase** letter,\n- a **lowercase** letter,\n"
        "- a **special character**, such as `!`, `?`, `#` or `-`.",
    },
    "reset": {"resend_seconds": 60, "code_minutes": 10, "code_tries": 5, "code_length": 8},
    "ui": {
        "security_page": "Security",
        "security_path": "/security",
        "security_section": "Change Login Password",
        "change_button": "Change Password",
        "current_field": "Current Password",
        "new_field": "New Password",
        "confirm_field": "Confirm New Password",
        "submit_button": "Submit",
        "login_path": "/login",
        "forgot_link": "Forgot Password?",
        "forgot_path": "/forgot-password",
        "email_field": "Registered email",
        "send_code_button": "Send verification code",
        "resend_code_button": "Resend code",
        "verify_button": "Verify",
        "chat_button": "Customer Support",
        "person_button": "Talk to a person",
        "ticket_link": "Submit a Ticket",
        "ticket_path": "/tickets/new",
    },
}
"""What a desk with the settings as shipped enforces; the app hands in its own."""

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)\s*\}\}")


_NAMED = re.compile(r"\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}")
_BRACES = re.compile(r"\{\{[^{}]*\}{0,2}")


def unknown(text: str, facts: Facts) -> Iterator[tuple[int, str]]:
    """(line from 1, name) of each variable that the facts do not have."""
    for number, line in enumerate(text.splitlines(), 1):
        for named in _NAMED.findall(line):
            group, _, name = named.partition(".")
            if name not in facts.get(group, {}):
                yield number, named


def misspelt(text: str) -> Iterator[tuple[int, str]]:
    """(line from 1, what stands there) of what begins as a variable and is none, such as `{{ 7 * 7 }}`."""
    for number, line in enumerate(text.splitlines(), 1):
        for braces in _BRACES.findall(line):
            if not _NAMED.fullmatch(braces):
                yield number, braces.strip()


def fill(text: str, facts: Facts) -> str:
    """The text with each known variable replaced; unknown ones stay as they are."""

    def value(match: re.Match[str]) -> str:
        group: Mapping[str, object] = facts.get(match[1], {})
        return str(group[match[2]]) if match[2] in group else match[0]

    return VARIABLE.sub(value, text)
