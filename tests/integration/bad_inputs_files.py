"""Bad inputs as files: what is another thing than it says, what is too much, names that are more than names."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.integration.bad_inputs import Page, Row, answer, get

BOUNDARY = "a-boundary-of-ours"


def upload(name: str, content: bytes, kind: str = "application/octet-stream", *, parts: int = 1) -> Page:
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n'
    part = b"--" + BOUNDARY.encode() + b"\r\n" + head.encode() + content + b"\r\n"
    return multipart(part * parts, "{visitor}" if kind == "text/plain" else "{another}")


def multipart(parts: bytes, who: str = "{another}") -> Page:
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    if who:
        headers["Authorization"] = f"Visitor {who}"
    return Page("POST", "/visitor/files", body=parts + b"--" + BOUNDARY.encode() + b"--\r\n", headers=headers)


def png(width: int = 4, height: int = 4) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


def huge_png() -> bytes:
    """A picture of 50,000 × 50,000 in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def long_gif() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (2, 2), (number % 256, number // 256, 9)) for number in range(300)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=[10 + n for n in range(300)])
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", b"\0" * 50_000_000)
    return out.getvalue()


HTML, SVG = b"<html><script>alert(1)</script>", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
ROWS = [
    *[Row("B77", name, upload(name, content, kind), answer(415)) for name, content, kind in (
        ("page.html", HTML, "text/html"), ("picture.svg", SVG, "image/svg+xml"), ("shell.phtml", b"<?php 1;", "text/plain"),
        ("a.jpg.exe", b"MZ", "image/jpeg"), ("a.png", HTML, "image/png"), ("a.lnk", b"L\0", "application/octet-stream"),
        ("a.png", b"GIF89a/*" + b"x" * 99 + b"*/=alert(1)", "image/png"), ("a.gif", b"GIF89a=alert(1)//", "image/gif"),
        ("con", b"x", "text/plain"), ("a.txt", b"MZ\0\1", "text/plain"), ("a.txt", b"\xff\xfe\0", "text/plain"),
        ("a.pdf", HTML, "application/pdf"), ("a.png", png(), "text/html"), ("a.docm", b"PK", "application/zip"))],
    Row("B77", "a name with a null", upload("a\0.png", png(), "image/png"), answer(201, 400, 415, 422)),
    Row("B78", "a way up", upload("../../etc/passwd.txt", b"x", "text/plain"), answer(201, says='"passwd.txt"')),
    Row("B78", "a device's name", upload("con.txt", b"x", "text/plain"), answer(201)),
    Row("B78", "a name of 4 KB", upload("n" * 4096 + ".txt", b"x", "text/plain"), answer(201, never="n" * 151)),
    Row("B78", "quotes in a name", upload('x"; filename=\\"evil.html', HTML, "text/plain"), answer(201, 415, 422, never="evil.html\"")),
    Row("B78", "line breaks in a name", upload("a%0d%0aSet-Cookie: x=y.txt", b"x", "text/plain"),
        answer(201, never="Set-Cookie:")),
    Row("B64", "a name that runs backwards", upload("\u202egpj.txt", b"x", "text/plain"), answer(201, never="\u202e")),
    Row("B79", "an archive that grows", upload("a.zip", bomb(), "application/zip"), answer(415)),
    Row("B79", "50,000 × 50,000", upload("a.png", huge_png(), "image/png"), answer(413, 415)),
    Row("B79", "300 pictures in one", upload("a.gif", long_gif(), "image/gif"), answer(413, 415)),
    Row("B79", "nothing", upload("a.txt", b"", "text/plain"), answer(415)),
    Row("B79", "10 MiB and one", upload("a.txt", b"x" * (10 * 1024 * 1024 + 1), "text/plain"), answer(413)),
    Row("B79", "a thousand parts", upload("a.txt", b"x", "text/plain", parts=1000), answer(400, 413, 422)),
    Row("B79", "1 MB without a file's name", multipart(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\n'.encode() + b"x" * 1_000_000 + b"\r\n"),
        answer(400, 413, 422)),
    Row("B79", "parts without an end", Page("POST", "/visitor/files", body=b"--" + BOUNDARY.encode(), headers={
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Authorization": "Visitor {another}"}), answer(400, 422)),
    Row("B79", "no boundary", Page("POST", "/visitor/files", body=b"x", headers={
        "Content-Type": "multipart/form-data", "Authorization": "Visitor {another}"}), answer(400, 422)),
    Row("B80", "nobody's", multipart(b"", who=""), answer(401)),
    Row("B80", "an unknown visitor's", multipart(b"", who="made-up"), answer(404)),
    Row("B80", "a link without a signature", get("{file}"), answer(404)),
    Row("B80", "a made-up signature", get("{file}?s=99999999999.abc"), answer(404)),
    Row("B80", "a signature of another kind", get("{file}?s=²²²²²²²²²²²."), answer(404)),
    Row("B81", "10,000 ranges of a file", get("{link}", Range="bytes=" + "0-," * 3000 + "0-"),
        answer(200, 206, 400, 416)),
    Row("B77", "what is given back", get("{link}"), answer(200, says="content-disposition: attachment")),
    Row("B77", "and can run nothing", get("{link}"), answer(200, says="sandbox")),
]  # fmt: skip
