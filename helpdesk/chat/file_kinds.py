"""Pure: is this file one of the few kinds that we take, and does its content say so too?

Images are decoded and written anew, so that nothing but the picture survives: no EXIF, no second format inside.
"""

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass

from helpdesk.chat.secrets import scrub
from helpdesk.errors import DeskError

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_FRAMES = 100
MAX_NAME = 150
IMAGES = {
    "png": ("PNG", "image/png"),
    "jpg": ("JPEG", "image/jpeg"),
    "webp": ("WEBP", "image/webp"),
    "gif": ("GIF", "image/gif"),
}
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
TEXTS = {"txt": "text/plain", "log": "text/plain", "csv": "text/csv"}


class WrongKind(DeskError):
    """That file type is not allowed. Use an image, PDF or text file."""

    code = "invalid"
    status = 415


class TooLarge(DeskError):
    """That file is larger than 10 MB. Send a smaller one."""

    code = "too_long"
    status = 413


@dataclass(frozen=True)
class Accepted:
    """A file as it will be kept: a safe name, its true type, its bytes."""

    name: str
    type: str
    content: bytes


def examine(name: str, declared: str, content: bytes) -> Accepted:
    """The file to keep. Raises TooLarge or WrongKind, which an empty one is too."""
    if len(content) > MAX_BYTES:
        raise TooLarge()
    if not content:
        raise WrongKind("That file is empty.")
    safe = shown_name(name)
    ending = safe.rpartition(".")[2].lower() if "." in safe else ""
    ending = "jpg" if ending == "jpeg" else ending
    if ending in IMAGES:
        kind, media_type = IMAGES[ending]
        _agree(declared, media_type)
        return Accepted(safe, media_type, _redrawn(content, kind))
    if ending in TEXTS:
        _agree(declared, TEXTS[ending], "text/plain", "application/vnd.ms-excel", "text/x-log")
        return Accepted(safe, TEXTS[ending], _plain_text(content))
    if ending == "pdf":
        _agree(declared, "application/pdf")
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
            raise WrongKind()
        return Accepted(safe, "application/pdf", content)
    raise WrongKind()


def shown_name(name: str) -> str:
    """A name that may be shown: safe, and without the secrets that people name files after."""
    stem, dot, last = name.rpartition(".")
    if not last.isalnum() or not dot:  # no ending, but part of what somebody wrote
        return safe_name(scrub(name).text)
    return safe_name(scrub(stem).text + dot + last)


def safe_name(name: str) -> str:
    """A name that is only a name: no folders, no control or direction characters, at most MAX_NAME long."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(
        c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    has_ending = "." in name
    name = re.sub(r'[<>:"|?*;%]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not has_ending:
        return name[:MAX_NAME] or "file"
    if not stem:
        return "file" + (f".{ending}" if ending.isalnum() else "")
    return stem[: MAX_NAME - len(ending) - 1] + dot + ending


def _agree(declared: str, *wanted: str) -> None:
    plain = declared.partition(";")[0].strip().lower()
    if plain and plain != "application/octet-stream" and plain not in wanted:
        raise WrongKind()


def _plain_text(content: bytes) -> bytes:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongKind("Save the text file as UTF-8 and send it again.") from None
    if CONTROLS.search(content):
        raise WrongKind()
    return content


def _redrawn(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageSequence

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(content), formats=[kind])
            count = getattr(picture, "n_frames", 1)
            # Each is drawn as large as the whole picture, however little it holds.
            drawn = count if kind == "GIF" else 1
            if picture.width * picture.height * drawn > MAX_PIXELS or count > MAX_FRAMES:
                raise TooLarge("That picture is too large. Send one of at most 25 megapixels.")
            out = io.BytesIO()
            if drawn > 1:
                frames = [frame.convert("RGBA") for frame in ImageSequence.Iterator(picture)]
                frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], loop=0)
            else:
                picture.load()
                clean = picture.convert("RGB") if kind == "JPEG" else picture
                fresh = Image.new(clean.mode, clean.size)
                if clean.mode == "P" and (palette := clean.getpalette()):
                    fresh.putpalette(palette)
                fresh.paste(clean)
                fresh.save(out, kind)
    except DeskError:
        raise
    except Exception:
        raise WrongKind("That picture cannot be read. Save it as PNG or JPEG and send it again.") from None
    return out.getvalue()
