"""Pure: what somebody tells us about an account, in words for the team's ticket."""

REPORTS = {
    "invitation_not_asked_for": "A customer says that they did not ask for a password-reset invitation",
    "password_change_not_me": "A customer says that it was not them who changed their password",
}
