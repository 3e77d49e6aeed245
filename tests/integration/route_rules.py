"""Who may what: one line for every route of the program, and everybody who may come.

method, path, who gets in; then, where it is not a plain success, the statuses that whoever gets in may meet.
A route without a line, or a line without a route, fails `test_every_route.py`.
"""

STAFF = {"editor", "holder", "agent", "lead", "admin"}
DESK = STAFF - {"editor"}
EVERYBODY = {
    "nobody",
    "visitor",
    "other visitor",
    "customer",
    "other customer",
    "program",
    "narrow",
    "pen",
    *STAFF,
}
AUDIENCES = {
    "everybody": EVERYBODY,
    "nobody": set(),
    "visitors": {"visitor", "other visitor"},
    "customers": {"customer", "other customer"},
    "staff": STAFF,
    "desk": DESK,
    "leads": {"lead", "admin"},
    "holder": {"holder"},
    "strangers": EVERYBODY - {"customer", "other customer"},
    "outside": EVERYBODY - STAFF,
    "programs": {"program"},
    "programs-and-pens": {"program", "pen"},
    "faq-programs": {"program", "pen", "narrow"},
    "live": DESK | {"program"},
}
SEES = {
    "visitors": {"visitor"}, "customers": {"customer"}, "desk": DESK, "leads": DESK, "holder": DESK, "programs": {"program"},
    "live": DESK | {"program"}, "staff": DESK, "programs-and-pens": {"program"},
}  # fmt: skip
"""Whose answers may hold words of the visitor, the customer's ticket or a note; elsewhere nobody's may."""

ROUTES = """
GET  /                                          everybody
GET  /demo/mailbox                              everybody
GET  /demo/mailbox/{mail_id:row}                everybody 404
GET  /healthz                                   everybody
GET  /readyz                                    everybody
GET  /metrics                                   everybody
GET  /static/{room}/{name}                      everybody
GET  /widget.js                                 everybody
GET  /widget/frame                              everybody
GET  /widget/panel-….js                         everybody
GET  /widget/extras-….js                        everybody
GET  /widget/phrases/ar.json                    everybody
GET  /widget/phrases/de.json                    everybody
GET  /widget/phrases/es.json                    everybody
WS   /ws/visitor                                everybody
POST /visitor/poll                              visitors
GET  /visitor/outlook                           everybody
POST /visitor/files                             visitors 422
POST /visitor/pages                             visitors 422
GET  /files/{file_id}                           nobody
GET  /login                                     strangers
POST /login                                     everybody 401
GET  /logout                                    everybody 200 303
POST /logout                                    everybody 303
GET  /forgot-password                           everybody
POST /forgot-password                           everybody 422
GET  /recover/{token}                           nobody
POST /recover/{token}                           nobody
GET  /not-me/{token}                            nobody
POST /not-me/{token}                            nobody
GET  /security                                  customers
POST /security                                  customers 303
GET  /security/change-password                  customers
POST /security/change-password                  customers 422
GET  /.well-known/change-password               everybody 302
GET  /tickets/new                               everybody
POST /tickets/new                               everybody 422
GET  /t/{token}                                 nobody
POST /t/{token}                                 nobody
GET  /my-tickets                                customers
GET  /help                                      everybody
GET  /help/search                               everybody
GET  /help/suggest                              everybody
GET  /help/feed.xml                             everybody
GET  /help/{slug}                               everybody
POST /help/{slug}/feedback                      everybody 422
GET  /sitemap.xml                               everybody
GET  /robots.txt                                everybody
GET  /console/login                             outside
POST /console/login                             everybody 401
POST /console/logout                            everybody 303
GET  /console/login/oidc                        nobody
GET  /console/login/oidc/back                   nobody
POST /console/login/passkey/ask                 nobody
POST /console/login/passkey                     nobody
GET  /console/account                           staff
POST /console/account/recovery-codes            staff 401
POST /console/account/passkeys/offer            staff 401
POST /console/account/passkeys                  staff 403 422
POST /console/account/passkeys/{passkey:row}/remove staff 401
POST /console/confirm/ask                       staff 409
POST /console/confirm                           staff 422
GET  /console/approvals                         leads
POST /console/approvals/{invitation}            leads 404
GET  /console/audit                             leads
GET  /console/audit.csv                         leads
GET  /console/contain/{conversation}            leads
POST /console/contain/{conversation}            leads 401 409 422
GET  /console                                   staff
GET  /console/inbox/{view}                      desk
GET  /console/inbox/{view}/rows                 desk
GET  /console/go                                desk 303
POST /console/files/{conversation}              desk 422
GET  /console/views/{id}                        desk 404
POST /console/views                             desk 422
POST /console/presence                          desk 422
POST /console/quiet                             desk 422
POST /console/bulk                              desk 422
POST /console/bulk/undo                         desk 404
GET  /console/macros                            desk
POST /console/macros                            desk 422
GET  /console/articles                          staff
GET  /console/articles/gaps                     staff
POST /console/articles/gaps                     staff 303 404 422
GET  /console/articles/figures                  staff
GET  /console/settings                          staff
POST /console/settings                          leads 303 422
POST /console/settings/mine                     staff 303 422
GET  /console/figures                           desk
GET  /console/figures.csv                       desk
GET  /console/search                            desk
GET  /console/privacy                           leads
POST /console/privacy                           leads 422
GET  /console/tickets                           desk
GET  /console/tickets/{reference}               desk 303
GET  /console/c/{conversation}                  desk
GET  /console/c/{conversation}/macros           desk
GET  /console/c/{conversation}/invite           desk
POST /console/c/{conversation}/invite           holder 303 429
POST /console/c/{conversation}/{act}            desk 422
WS   /ws/staff                                  live
GET  /api/v1/openapi.json                       everybody
GET  /api/v1/docs                               everybody
GET  /api/v1/conversations                      programs
GET  /api/v1/conversations/{id}                 programs
PATCH /api/v1/conversations/{id}                programs
GET  /api/v1/conversations/{id}/messages        programs
POST /api/v1/conversations/{id}/messages        programs 201
POST /api/v1/conversations/{id}/claim           programs 200 409
GET  /api/v1/conversations/{id}/notes           programs
POST /api/v1/conversations/{id}/notes           programs 201
POST /api/v1/conversations/{id}/resolve         programs
POST /api/v1/conversations/{id}/password-reset  programs 401 409 429
GET  /api/v1/tickets                            programs
POST /api/v1/tickets                            programs 201
GET  /api/v1/tickets/{ref}                      programs
PATCH /api/v1/tickets/{ref}                     programs
POST /api/v1/tickets/{ref}/merge                programs 404 409 422
GET  /api/v1/faq/gaps                           faq-programs
GET  /api/v1/faq/figures                        faq-programs
POST /api/v1/faq/match                          faq-programs 422
GET  /api/v1/webhooks                           programs
POST /api/v1/webhooks                           programs 201 422
GET  /api/v1/webhooks/{id}                      nobody
DELETE /api/v1/webhooks/{id}                    nobody
POST /api/v1/webhooks/{id}/rotate               nobody
POST /api/v1/webhooks/{id}/resume               nobody
GET  /api/v1/webhooks/{id}/deliveries           nobody
POST /api/v1/webhooks/{id}/deliveries/{delivery}/send-again nobody
"""


def rules() -> dict[tuple[str, str], tuple[str, set[int]]]:
    """(method, path) → (audience, statuses of whoever gets in)."""
    lines = [line.split() for line in ROUTES.strip().splitlines()]
    return {
        (one[0], one[1]): (one[2], {int(status) for status in one[3:]} or {101, 200, 304}) for one in lines
    }
