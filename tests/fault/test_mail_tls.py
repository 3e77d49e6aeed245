"""A mail server whose TLS fails: nothing goes out in the open, nothing is given up, and all goes out when it is mended."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP
from sqlalchemy import select

from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx
from tests.fault.test_mail_faults import Post, post_office, taken
from tests.smtp_sink import Sink

PATIENCE_S = 3600.0


def _served(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def _left(tx: Tx) -> list[tuple[str, str]]:
    return [
        (job.state, job.last_error)
        for job in tx.session.execute(select(Job)).scalars()
        if job.state != "done"
    ]


async def _run(post: Post) -> None:
    while await post.worker(post.another()).run_due():
        continue


@pytest.mark.parametrize("fault", ["a stranger's certificate", "another host's certificate", "no TLS at all"])
async def test_letters_wait_while_tls_fails_and_go_out_once_when_it_works(tmp_path: Path, fault: str) -> None:
    known, stranger = trustme.CA(), trustme.CA()
    known.cert_pem.write_to_path(tmp_path / "ca.pem")
    broken = {
        "a stranger's certificate": _served(stranger, "127.0.0.1"),
        "another host's certificate": _served(known, "mail.example.com"),
        "no TLS at all": None,
    }[fault]
    loop, sink = asyncio.get_running_loop(), Sink()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink"), "127.0.0.1", 0, ssl=broken)
    port = server.sockets[0].getsockname()[1]
    sink.url = f"smtps://127.0.0.1:{port}?ca={tmp_path / 'ca.pem'}"
    post = await post_office(tmp_path / "desk", "embedded", sink)
    idents = await post.put(5)
    await asyncio.wait_for(_run(post), 40)
    assert sink.mails == []
    left = await post.desk.store.read(_left)
    assert [state for state, _ in left] == ["waiting"] * 5
    assert all(error for _, error in left)
    server.close()
    mended = await loop.create_server(
        lambda: SMTP(sink, hostname="sink"), "127.0.0.1", port, ssl=_served(known, "127.0.0.1")
    )
    post.clock.wind(seconds=PATIENCE_S)
    await _run(post)
    assert taken(sink) == dict.fromkeys(idents, 1)
    mended.close()
    await post.close()
