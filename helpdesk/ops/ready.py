"""`/healthz`: the process answers. `/readyz`: it can serve; 503 when nothing can be saved or on leaving."""

import asyncio
import shutil

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import helpdesk
from helpdesk.counted import counted
from helpdesk.errors import DeskError
from helpdesk.ops import state
from helpdesk.wiring import Desk

DATABASE_WITHIN_S = 3.0
OVERDUE_S = 300.0
LEAST_FREE_BYTES = 2 * 1024 * 1024
LOW_SHARE = 0.05
Fault = tuple[str, str]


async def healthz(request: Request) -> Response:
    """Alive: nothing else is asked, so a database that is away does not kill the process."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Whether to send people here, and what is wrong."""
    desk = request.app.state.desk
    failed, degraded = await look(desk)
    status = "unavailable" if failed else "degraded" if degraded else "ready"
    body = {
        "status": status,
        "failed": [name for name, _ in failed],
        "degraded": [name for name, _ in degraded],
        "details": dict([*failed, *degraded]),
        "version": helpdesk.__version__,
        "library": desk.library.current.version,
    }
    return JSONResponse(body, 503 if failed else 200)


async def look(desk: Desk) -> tuple[list[Fault], list[Fault]]:
    """(what forbids serving, what is only worse than usual), each as a name and a sentence."""
    failed: list[Fault] = []
    if desk.draining:
        failed.append(("draining", "The process is shutting down."))
    disk = _disk(desk)
    if disk and disk[2]:
        failed.append(disk[:2])
    degraded = [disk[:2]] if disk and not disk[2] else []
    fault = await _database(desk)
    if fault:
        return [*failed, fault], degraded + _elsewhere(desk)
    degraded += _elsewhere(desk) + _outbox(await desk.store.read(state.outbox_state))
    return failed, degraded


async def _database(desk: Desk) -> Fault | None:
    try:
        async with asyncio.timeout(DATABASE_WITHIN_S):
            if await desk.store.read(state.schema_is_old):
                return "schema", "The database's schema is old: run `helpdesk db upgrade`."
            await desk.store.write(state.beat)
    except TimeoutError:
        return "database", "The database does not answer in time."
    except (DeskError, OSError):
        return "database", "The database cannot be used."
    except Exception as error:
        return "database", f"The database cannot be used ({type(error).__name__})."
    return None


def _disk(desk: Desk) -> tuple[str, str, bool] | None:
    """("disk", sentence, whether it is full) or None."""
    try:
        usage = shutil.disk_usage(desk.settings.data_dir)
    except OSError:
        return None
    if usage.free < LEAST_FREE_BYTES:
        return "disk", "The disk of the data folder is full.", True
    if usage.free < usage.total * LOW_SHARE:
        return "disk", f"The disk of the data folder has {usage.free // 2**20} MiB left.", False
    return None


def _elsewhere(desk: Desk) -> list[Fault]:
    found: list[Fault] = []
    if not desk.bus.healthy:
        found.append(("bus", "The bus does not answer: messages still arrive, some seconds later."))
    if faults := desk.library.current.faults:
        found.append(("faq", f"{counted(len(faults), 'fault')} in the articles; the first: {faults[0]}"))
    return found


def _outbox(outbox: state.Outbox) -> list[Fault]:
    found: list[Fault] = []
    if outbox.overdue_s > OVERDUE_S:
        waiting = counted(outbox.waiting, "job waits", "jobs wait")
        found.append(("outbox", f"{waiting}, the oldest for {outbox.overdue_s:.0f} s."))
    elif outbox.dead_today:
        given_up = counted(outbox.dead_today, "job was given up", "jobs were given up")
        found.append(("outbox", f"{given_up} today: see `helpdesk outbox list`."))
    if outbox.mails_failing:
        mails = counted(outbox.mails_failing, "mail")
        found.append(("mail", f"{mails} could not be sent yet and will be tried again."))
    return found
