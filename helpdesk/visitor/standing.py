"""What the browser's own session proves: on our pages a signed-in customer needs no token of a site."""

from starlette.requests import HTTPConnection

from helpdesk.portal.session import current_customer
from helpdesk.visitor.identity import Proof


async def standing_of(connection: HTTPConnection) -> Proof:
    """`signed_in` with the account, or anonymous."""
    customer = await current_customer(connection)
    if customer is None:
        return Proof()
    return Proof("signed_in", customer.account_id, customer.email, customer.name)
