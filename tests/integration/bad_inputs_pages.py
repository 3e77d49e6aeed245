"""Bad inputs at the pages and the API: addresses, codes, passwords, forms, hosts, filters, names, heads of requests."""

import json
from urllib.parse import urlencode

from tests.integration.bad_inputs import Page, Row, Wire, answer, form, get
from tests.world import ADA, PASSWORDS

FORGOT, CHANGE, TICKET = "/forgot-password", "/security/change-password", "/tickets/new"
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
NOT_AN_ADDRESS = "Enter an email address like name@example.com."
TOO_EASY, TOO_COMMON = "too easy to guess", "too common"


def body(path: str, content: bytes, kind: str = "application/x-www-form-urlencoded") -> Page:
    return Page("POST", path, body=content, headers={"Content-Type": kind}, page=path)


def new_password(new: str, confirm: str | None = None) -> Page:
    return form(
        CHANGE, "ada", current_password=PASSWORDS[ADA], new_password=new,
        confirm_password=new if confirm is None else confirm,
    )  # fmt: skip


def raw_password(quoted: bytes) -> Page:
    known = urlencode({"current_password": PASSWORDS[ADA]}).encode()
    fields = b"csrf_token={csrf}&" + known + b"&new_password=" + quoted + b"&confirm_password=" + quoted
    return Page("POST", CHANGE, body=fields, who="ada", headers=URLENCODED, page=CHANGE)


def announced(path: str, length: bytes, begun: bytes = b"") -> Wire:
    """A form that says how long it is; it must be refused before it has come."""
    kind = b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return Wire(b"POST " + path.encode() + b" HTTP/1.1\r\nHost: {host}" + kind + length + b"\r\n\r\n" + begun)


def ticket(**fields: str) -> Page:
    return form(TICKET, **{"email": "visitor@example.com", "subject": "Help", "text": "Please", **fields})


def call(method: str, path: str, value: object = None, **headers: str) -> Page:
    content = None if value is None else json.dumps(value).encode()
    kind = {"Content-Type": "application/json"} if content is not None else {}
    return Page(
        method, "/api/v1" + path, body=content, headers={"Authorization": "{token}", **kind, **headers}
    )


ADDRESSES = [
    *[Row("B03", f"address {text[:30]!r}", form(FORGOT, email=text), answer(422, says=NOT_AN_ADDRESS))
      for text in ("", "x" * 10_000 + "@example.com", "a@b", "a@b..c", "a@x.com,b@y.com", "a@x.com;b@y.com", "<a@x.com>",
                   '"a b"@example.com', "a@[127.0.0.1]", "a@@example.com")],
    *[Row("B04", f"address {text!r}", form(FORGOT, email=text), answer(422, says=NOT_AN_ADDRESS))
      for text in ("victim@example.com\r\nBcc: evil@example.org", "victim@example.com%0d%0aBcc:",
                   "victim@example.com\x0bBcc: evil@example.org", "victim@example.com\u2028Bcc: evil@example.org")],
    Row("B05", "full-width letter", form(FORGOT, email="ｅｖｅ@example.com"), answer(303)),
    Row("B07", "email[] twice", body(FORGOT, b"csrf_token={csrf}&email[]=a%40b.example&email[]=c%40d.example"),
        answer(422)),
    Row("B07", "email twice", body(FORGOT, b"csrf_token={csrf}&email=a%40b.example&email=c%40d.example"),
        answer(422)),
    Row("B07", "a field called self, twice", body(FORGOT, b"csrf_token={csrf}&self=1&self=2"), answer(422)),
    Row("B07", "JSON", body(FORGOT, b'{"email":{"$ne":1}}', "application/json"), answer(422)),
    Row("B07", "an email in the address", body(FORGOT + "?email=a%40b.example", b"csrf_token={csrf}"),
        answer(422, says=NOT_AN_ADDRESS)),
]  # fmt: skip

HOSTS = [
    Row("B08", "another host", get("/login", Host="evil.example"), answer(400, never="evil.example")),
    Row("B08", "host with user", get("/login", Host="good:evil@evil.example"), answer(400, never="evil")),
    Row("B08", "X-Forwarded-Host", get("/login", X_Forwarded_Host="evil.example"), answer(200, never="evil")),
    Row("B08", "Forwarded", get(CHANGE, Forwarded="host=evil.example"), answer(303, never="evil")),
    Row("B08", "the whole address in the request line",
        Wire(b"GET http://evil.example/.well-known/change-password HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        answer(302, 400, 404, never="evil.example")),
]  # fmt: skip

CODES = [
    Row("B20", f"code {text[:20]!r}", form(FORGOT, code=text), answer(303))
    for text in ("\0", "🙂", "' OR 1=1--", "true", '["BCDF"]', "x" * 9000, "BCDF\u200dGHJK", "\u202eBCDFGHJK")
] + [
    Row("B20", "code of 1 MB", announced(FORGOT, b"Content-Length: 1000000"), answer(413)),
    Row("B20", "code that does not end", announced(FORGOT, b"Transfer-Encoding: chunked", b"5000\r\n" + b"B" * 0x5000 + b"\r\n"),
        answer(413)),
    Row("B20", "JSON true", body(FORGOT, b'{"code":true}', "application/json"), answer(422)),
    Row("B21", "a new password without a grant",
        form(FORGOT, new_password="Brand-New-Phrase", confirm_password="Brand-New-Phrase"), answer(303)),
    Row("B22", "a flow's cookie as session", get("/security", Cookie="sid=abc; rec=abc"), answer(303)),
]  # fmt: skip

PASSWORDS_ROWS = [
    Row("B23", "not the same twice", new_password("Brand-New-Phrase", "Brand-Old-Phrase"),
        answer(422, says="do not match")),
    Row("B24", "the present one", new_password(PASSWORDS[ADA]), answer(422, says="must be different")),
    Row("B25", "no upper case", new_password("abcdefg!"), answer(422, says="Still needed: an uppercase letter.")),
    Row("B25", "no lower case", new_password("ABCDEFG!"), answer(422, says="Still needed: a lowercase letter.")),
    Row("B25", "nothing special", new_password("Abcdefgh"), answer(422, says="Still needed: a special character.")),
    Row("B25", "seven", new_password("Abcdef!"), answer(422, says="8 characters")),
    Row("B26", "four words", new_password("Correct horse battery staple"),
        answer(422, says="Still needed: a special character.")),
    Row("B27", "common", new_password("Password!"), answer(422, says=TOO_COMMON)),
    Row("B27", "keys in a row", new_password("Qwerty123!"), answer(422, says=TOO_COMMON)),
    Row("B27", "the site's name", new_password("Example1!A"), answer(422, says=TOO_EASY)),
    Row("B27", "the own address", new_password("Ada@example.com"), answer(422, says=TOO_EASY)),
    Row("B28", "257 characters", new_password("Aa!" + "x" * 254), answer(422, says="256")),
    Row("B28", "10 MB", announced(CHANGE, b"Content-Length: 10000000"), answer(413)),
    Row("B29", "four letters that grow to 20", new_password("ﷺA!"), answer(422)),
    Row("B29", "256 letters that grow to 4,608", new_password("\ufdfa" * 256), answer(422)),
    Row("B31", "NUL", raw_password(b"Brand%00New%21Phrase"), answer(422)),
    Row("B31", "half a character", raw_password(b"Brand%ED%A0%80New%21Phrase"), answer(422)),
    Row("B31", "not UTF-8", raw_password(b"Brand%FF%FENew%21Phrase"), answer(422, 400)),
    Row("B31", "not assigned", raw_password(b"Brand-New%F3%A0%BF%BF!Phrase"), answer(422)),
]  # fmt: skip

FORGED = [
    Row("B34", "from another site", Page("POST", CHANGE, form={"new_password": "x"}, who="ada", page=CHANGE,
        headers={"Origin": "https://evil.example"}), answer(403)),
    Row("B34", "the browser says cross-site", Page("POST", CHANGE, form={"new_password": "x"}, who="ada",
        page=CHANGE, headers={"Sec-Fetch-Site": "cross-site"}), answer(403)),
    Row("B34", "without a form's token", Page("POST", CHANGE, body=b"current_password=x", who="ada",
        headers=URLENCODED), answer(403)),
    Row("B34", "not signed in", form(CHANGE, current_password="x"), answer(303)),
    Row("B34", "as text/plain", Page("POST", CHANGE, body=b"csrf_token=x", who="ada",
        headers={"Content-Type": "text/plain"}), answer(422)),
]  # fmt: skip

AGENTS = [
    *[Row("B41", f"an invitation with {name}",
          form("/console/c/{chat}/invite", "ben", reason="Locked out, asked for help in this chat.", email=ADA, **{name: value}),
          answer(422)) for name, value in (("to", "evil@example.org"), ("ttl", "999999"), ("redirect", "//evil.example"))],
    Row("B41", "over the API", call("POST", "/conversations/{chat}/password-reset",
        {"email": ADA, "reason": "Locked out, asked for help.", "ttl": 99}), answer(422)),
    Row("B42", "no such conversation", form("/console/c/AAAAAAAAAAAAAAAAAAAAAA/invite", "ben", page="/console"), answer(404)),
    Row("B42", "an editor", form("/console/c/{chat}/invite", "dora", page="/console/account"), answer(404)),
    Row("B42", "a short reason",
        form("/console/c/{chat}/invite", "ben", reason="abc", email=ADA), answer(422, 401)),
    Row("B43", "a colleague", form("/console/c/{chat}/invite", "ben", reason="Locked out, asked for help in this chat.",
        email="cleo@example.com", password=PASSWORDS["ben@example.com"]), answer(403)),
    Row("B46", "without a fresh proof", form("/console/c/{chat}/invite", "ben",
        reason="Locked out, asked for help in this chat.", email=ADA), answer(401)),
    Row("B48", "an agent at the approvals", get("/console/approvals", "ben"), answer(403)),
]  # fmt: skip

TICKETS = [
    *[Row("B83", f"subject {text[:12]!r}", ticket(subject=text), answer(422))
      for text in ("Hi\r\nBcc: evil@example.org", "x" * 10_240, " \u200b\u2060 ", "a\x00b", "a\u2028b")],
    *[Row("B84", f"text {text[:12]!r}", ticket(text=text), answer(422)) for text in ("", "\u200b", "a\x00b", "x" * 4001)],
    Row("B63", "markup in a ticket", ticket(subject="<script>alert(1)</script>", text="{{7*7}} ${7*7}"), answer(303)),
    Row("B63", "a template as a search", get("/help/search?q=%7B%7B7*7%7D%7D<svg/onload=alert(1)>"),
        answer(200, says="{{7*7}}", never="<svg/onload")),
    Row("B89", "files named in a ticket", ticket(text='<img src="file:///etc/passwd"> php://filter/'), answer(303)),
    Row("B98", "a telling name", ticket(email="constructor@example.com", subject="__proto__"), answer(303)),
]  # fmt: skip

FILTERS = [
    Row("B87", "SQL in a filter", call("GET", "/conversations?handled_by=%27%20OR%201=1--"), answer(422)),
    Row("B87", "a field that is none", call("GET", "/conversations?query_operator=OR"), answer(422)),
    Row("B87", "SQL in the inbox", get("/console/inbox/all?tag=%27%3B--&order=;drop&status=x", "ben"), answer(200)),
    Row("B87", "SQL as a view", get("/console/inbox/%27%20OR%201=1--", "ben"), answer(404)),
    *[Row("B87", f"a number that is none: {path}", get(path, "ben"), answer(200, 303, 404, 422))
        for path in (
        "/console/search?q=x&skip=²", "/console/tickets?before=²", "/console/c/{chat}?before=²",
        "/console/inbox/all/rows?skip=²", "/console/go?to=²", "/console/views/²",
        "/console/figures?days=99999999999999999999", "/console/figures?from=²&to=x", "/console/figures.csv?days=-1")],
    Row("B87", "a number that is none, in a reply", form("/console/c/{chat}/reply", "ben", page="/console/c/{chat}",
        client_id="r-00000009", text="x", after="²"), answer(303, 422)),
    Row("B87", "a number that is none, to redact", form("/console/c/{chat}/redact", "ben", page="/console/c/{chat}",
        seq="²", part="x"), answer(422)),
    Row("B87", "NUL in a list", form("/console/bulk/undo", "ben", page="/console/c/{chat}", undo="a\x00b"), answer(422)),
    Row("B87", "NUL in a search", get("/console/search?q=%00%27", "ben"), answer(400)),
    Row("B87", "NUL in a draft", form("/console/c/{chat}/draft", "ben", page="/console/c/{chat}", kind="reply",
        text="a\x00b"), answer(200, 303, 422)),
]  # fmt: skip

HEADS = [
    Row("B94", "TRACE", Page("TRACE", "/login"), answer(405)),
    Row("B94", "an unknown method", Page("BREW", "/login"), answer(405)),
    *[Row("B94", f"next={target}", form("/login?next=" + target, email=ADA, password=PASSWORDS[ADA], next=target),
          answer(303, says="location: /security")) for target in (
              "//evil.example", "https:evil", "/\\evil.example", "https://evil.example/", "%09//evil.example", "/%09/evil")],
    Row("B96", "two ways to say the length", Wire(
        b"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        answer(400)),
    Row("B96", "two lengths", Wire(
        b"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"), answer(400)),
    Row("B96", "no length that counts", Wire(
        b"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n"), answer(400)),
    Row("B97", "a cookie of 8 KB", get("/login", Cookie="x=" + "y" * 8192), answer(200, 431)),
    Row("B97", "a header of 40 KB", Wire(
        b"GET /login HTTP/1.1\r\nHost: {host}\r\nX-Big: " + b"y" * 40_960 + b"\r\n\r\n"), answer(431, 400)),
    Row("B97", "300 headers", Wire(b"GET /login HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        + b"".join(b"X-%d: y\r\n" % n for n in range(300)) + b"\r\n"), answer(200, 431, 400)),
    Row("B81", "10,000 ranges", get("/widget.js", Range="bytes=" + "0-," * 3000 + "0-"), answer(200, 416, 431)),
    Row("B38", "a forwarded address that is none", get("/login", X_Forwarded_For="' OR 1=1--, ::::"), answer(200)),
    Row("B97", "a name of 300 letters", get("/static/web/" + "a" * 300 + ".css"), answer(404)),
    Row("B97", "a name with a NUL", get("/static/web/%00.css"), answer(400)),
    Row("B91", "a long search", get("/help/search?q=" + "a" * 8000 + "!"), answer(200, 414, 422)),
    Row("B93", "line breaks for the log", form("/login", email="x\n2026-11-24 admin login ok", password="x"), answer(401)),
    Row("B88", "the trail is for leads", get("/console/audit.csv", "ben"), answer(403)),
    Row("B75", "pages of accounts in a frame", get("/login"), answer(200, says="frame-ancestors 'none'")),
    Row("B75", "the panel names its sites", get("/widget/frame"), answer(200, says="frame-ancestors 'self'")),
    Row("B01", "a page that is never kept", get(FORGOT), answer(200, says="no-store")),
]  # fmt: skip

ROWS = [
    *ADDRESSES, *HOSTS, *CODES, *PASSWORDS_ROWS, *FORGED, *AGENTS, *TICKETS, *FILTERS, *HEADS,
]  # fmt: skip
