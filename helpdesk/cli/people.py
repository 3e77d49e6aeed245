"""`helpdesk account add`, `agent add`, `token add`: the only ways to make an account, a colleague, a token."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from helpdesk.accounts import people, staff, staff_sign_in, tokens, totp
from helpdesk.accounts.addresses import is_own_address
from helpdesk.accounts.hashing import Hasher
from helpdesk.accounts.passwords import policy_named, problems, sentence
from helpdesk.accounts.staff_models import Staff
from helpdesk.actor import System
from helpdesk.cli.database import must_exist, store_of
from helpdesk.counted import counted
from helpdesk.errors import DeskError, Invalid, NotFound
from helpdesk.keys import Keys
from helpdesk.settings import Settings
from helpdesk.store.session import Tx
from helpdesk.web.forms import email_address, one_line

OPERATOR = System("operator")
MAX_NAME = 80
account_app = typer.Typer(no_args_is_help=True, help="Customer accounts.", pretty_exceptions_enable=False)
agent_app = typer.Typer(no_args_is_help=True, help="The staff.", pretty_exceptions_enable=False)
token_app = typer.Typer(no_args_is_help=True, help="API tokens.", pretty_exceptions_enable=False)

Email = Annotated[str, typer.Argument(help="The email address.")]
Name = Annotated[str, typer.Option("--name", help="The name that others see.")]
Role = Annotated[str, typer.Option("--role", help="agent, lead, editor or admin.")]


@account_app.callback()
def _account() -> None:
    """Customer accounts."""


@agent_app.callback()
def _agent() -> None:
    """The staff."""


@token_app.callback()
def _token() -> None:
    """API tokens."""


@account_app.command("add")
def add_account(email: Email, name: Name = "") -> None:
    """Add a customer account with a verified address. The password is read from standard input, one line."""
    settings = Settings.from_env()
    address = _address(email, settings)
    hashed = _hashed(settings, address)
    _run(
        settings,
        people.add_account,
        OPERATOR,
        email=address,
        name=one_line(name, MAX_NAME),
        password_hash=hashed,
    )
    typer.echo(f"Added the account of {address}.", err=True)


@agent_app.command("add")
def add_agent(email: Email, name: Name = "", role: Role = "agent") -> None:
    """Add a member of staff and print the otpauth URL of the second factor. The password comes from standard input."""
    settings = Settings.from_env()
    if role not in staff.ROLES:
        raise DeskError(f"A role is one of {', '.join(staff.ROLES)}.")
    address = _address(email, settings)
    hashed = _hashed(settings, address)
    secret = totp.new_secret()
    _run(
        settings, staff.add_staff, OPERATOR, email=address, name=one_line(name, MAX_NAME), role=role, password_hash=hashed,
        totp_secret=secret,
    )  # fmt: skip
    typer.echo(
        f"Added {address} as {role}. Keep this address for the authenticator app; it is not shown again:",
        err=True,
    )
    typer.echo(totp.address(secret, address, settings.site_name))


@agent_app.command("reset")
def reset_agent(email: Email) -> None:
    """Give a member of staff a new password (standard input) and a new second factor; everything of before is dead."""
    settings = Settings.from_env()
    hashed = _hashed(settings, email)
    secret = totp.new_secret()
    _run(settings, _replace, email, hashed, secret)
    typer.echo(totp.address(secret, email, settings.site_name))


@agent_app.command("disable")
def disable_agent(email: Email) -> None:
    """End the sessions, sockets and tokens of a member of staff who has left, for good."""
    _run(Settings.from_env(), _disable, email)
    typer.echo(f"{email} cannot sign in any more.", err=True)


@token_app.command("add")
def add_token(
    agent: Annotated[str, typer.Option("--agent", help="Whom the token acts as.")],
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help="What it is good for, such as tickets:read; repeatable."),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="How long it is good for.")] = tokens.DAYS,
) -> None:
    """Print one API token, once, alone on standard output. Without a scope it may whatever that person may."""
    settings = Settings.from_env()
    try:
        token = _run(settings, _issue, agent, scope or [], days)
    except Invalid as error:
        raise DeskError(" ".join(error.fields.values())) from None
    what = f", for {', '.join(scope)} only" if scope else ""
    typer.echo(
        f"A token that acts as {agent}{what}, for {counted(days, 'day')}. It is not shown again.", err=True
    )
    typer.echo(token)


def _issue(tx: Tx, keys: Keys, address: str, scopes: list[str], days: int) -> str:
    return tokens.issue(tx, keys, OPERATOR, _person(tx, address), scopes=scopes, days=days)


def _replace(tx: Tx, keys: Keys, address: str, hashed: str, secret: str) -> None:
    person = _person(tx, address)
    staff_sign_in.replace_factors(
        tx, keys, OPERATOR, person.id or 0, password_hash=hashed, totp_secret=secret
    )


def _disable(tx: Tx, keys: Keys, address: str) -> None:
    staff_sign_in.disable(tx, keys, OPERATOR, _person(tx, address).id or 0)


def _person(tx: Tx, address: str) -> Staff:
    person = staff.staff_by_address(tx, address)
    if person is None or person.disabled_at is not None:
        raise NotFound("There is no member of staff with this address.")
    return person


def _address(typed: str, settings: Settings) -> str:
    try:
        address = email_address(typed)
    except Invalid as error:
        raise DeskError(error.fields["email"]) from None
    if is_own_address(address, settings.mail_from):
        raise DeskError("That is the desk's own address: it cannot belong to an account.")
    return address


def _hashed(settings: Settings, address: str) -> str:
    """The hash of the one line on standard input. Raises DeskError with everything that is wrong with it."""
    must_exist(settings.store_url)  # before a key is made for the hash, and a password typed in vain
    if sys.stdin.isatty():
        typer.echo("Password (one line): ", err=True, nl=False)
    password = sys.stdin.readline().rstrip("\r\n")
    policy = policy_named(settings.password_policy)
    if found := problems(policy, password, email=address, site_name=settings.site_name):
        raise DeskError(sentence(policy, found))
    return Hasher(Keys(settings.secret)).hash_now(password)


def _run(settings: Settings, rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run one rule `(tx, keys, …)` in a transaction of its own."""
    store = store_of(settings)
    try:
        return store.write_now(rule, Keys(settings.secret), *args, **kwargs)
    finally:
        store.close()
