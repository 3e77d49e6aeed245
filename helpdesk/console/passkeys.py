"""Passkeys of the staff: set one up, sign in with one, confirm with one."""

from starlette.routing import BaseRoute

routes: list[BaseRoute] = []
