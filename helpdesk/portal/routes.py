"""The addresses of the customer's own pages."""

from starlette.routing import Route

from helpdesk.portal import forgot_password, recover, security, sign_in

routes = [
    Route("/login", sign_in.login_page, methods=["GET"]),
    Route("/login", sign_in.login, methods=["POST"]),
    Route("/logout", sign_in.logout_page, methods=["GET"]),
    Route("/logout", sign_in.logout, methods=["POST"]),
    Route("/forgot-password", forgot_password.page, methods=["GET"]),
    Route("/forgot-password", forgot_password.submit, methods=["POST"]),
    Route("/recover/{token}", recover.recover_page, methods=["GET"]),
    Route("/recover/{token}", recover.recover, methods=["POST"]),
    Route("/not-me/{token}", recover.not_me_page, methods=["GET"]),
    Route("/not-me/{token}", recover.not_me_act, methods=["POST"]),
    Route("/security", security.security_page, methods=["GET"]),
    Route("/security", security.end_others, methods=["POST"]),
    Route("/security/change-password", security.change_page, methods=["GET"]),
    Route("/security/change-password", security.change, methods=["POST"]),
    Route("/.well-known/change-password", security.well_known, methods=["GET"]),
]
