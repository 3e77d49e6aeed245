"""Every room's tables, so that the metadata is whole: for migrations and for tests."""

from sqlmodel import SQLModel

from helpdesk.accounts import models as _accounts
from helpdesk.api import models as _api
from helpdesk.audit import models as _audit
from helpdesk.chat import files as _files
from helpdesk.chat import models as _chat
from helpdesk.chat import notes as _notes
from helpdesk.chat import pages as _pages
from helpdesk.chat import presence as _presence
from helpdesk.delivery import models as _delivery
from helpdesk.delivery import suppression as _suppression
from helpdesk.delivery import transports as _mailbox
from helpdesk.faqstats import models as _faqstats
from helpdesk.ops import models as _ops
from helpdesk.tickets import models as _tickets
from helpdesk.webhooks import models as _webhooks

ROOMS = (
    _accounts, _api, _audit, _chat, _files, _notes, _pages, _presence, _delivery, _suppression, _mailbox, _faqstats, _ops,
    _tickets, _webhooks,
)  # fmt: skip
metadata = SQLModel.metadata
