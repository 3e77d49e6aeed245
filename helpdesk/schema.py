"""Every room's tables, so that the metadata is whole: for migrations and for tests."""

from sqlmodel import SQLModel

from helpdesk.accounts import models as _accounts
from helpdesk.audit import models as _audit
from helpdesk.chat import models as _chat
from helpdesk.delivery import models as _delivery
from helpdesk.delivery import transports as _mailbox

ROOMS = (_accounts, _audit, _chat, _delivery, _mailbox)
metadata = SQLModel.metadata
