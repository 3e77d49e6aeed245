"""An endpoint for HELPDESK_ACCOUNTS=http to start from: the standard library and `standardwebhooks`.
ACCOUNT_SECRET=whsec_… python account_endpoint.py 8090     (put TLS in front of it, or keep it on the same machine)
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

PEOPLE: dict[str, dict[str, Any]] = {  # your own accounts stand here instead
    "42": {"email": "ada@example.com", "name": "Ada", "password": "Forgotten-Long-Ago!", "sessions": 2},
}


def answer(kind: str, data: dict[str, str]) -> dict[str, Any]:
    """What the desk asks, and what it expects to hear."""
    if kind == "account.find":
        for key, one in PEOPLE.items():
            if one["email"] == data["address"].lower():
                return {"account": {"id": key, "email": one["email"], "name": one["name"]}}
        return {"account": None}
    person = PEOPLE[data["id"]]
    if kind == "account.reset" and "password" in data:
        if data["password"] == person["password"]:
            raise ValueError("You have used this password before. Please choose another one.")
        person["password"] = data["password"]  # store a hash, of course: argon2, scrypt, bcrypt
        return {"outcome": "changed"}
    if kind == "account.reset":
        return {"outcome": "mailed"}  # HELPDESK_ACCOUNT_ENDPOINT_RESET=mail: send your own mail here
    person["sessions"] = 0  # account.end_sessions
    return {}


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers["content-length"] or 0), 65536))
        try:  # the signature covers id, time and body; a time more than five minutes off is refused
            headers = {name.lower(): value for name, value in self.headers.items()}
            Webhook(os.environ["ACCOUNT_SECRET"]).verify(body, headers)
            asked = json.loads(body)
            self._say(200, answer(asked["type"], asked["data"]))
        except WebhookVerificationError:
            self._say(401, {})
        except ValueError as error:  # the text is shown to the person who chose the password
            self._say(422, {"sentence": str(error)})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Endpoint).serve_forever()
