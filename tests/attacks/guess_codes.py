"""A1 at a running desk: guess codes, addresses and passwords as fast as it lets you, and say how far that goes.

python tests/attacks/guess_codes.py http://127.0.0.1:8000 ada@example.com
"""

import asyncio
import collections
import re
import secrets
import sys
import time

import httpx2

HERE, LETTERS, AT_ONCE = "/forgot-password", "BCDFGHJKLMNPQRSTVWXZ", 20


def token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else ""


async def hands(
    url: str, path: str, fields: dict[str, str], vary: str, seconds: float
) -> collections.Counter[int]:
    """Post the form again and again from many connections; statuses → how often."""
    found: collections.Counter[int] = collections.Counter()
    until = time.monotonic() + seconds
    async with httpx2.AsyncClient(base_url=url, timeout=20) as client:
        csrf = token((await client.get(path)).text)
        if vary == "code":
            await client.post(path, data={"csrf_token": csrf, **fields})

        async def hand() -> None:
            while time.monotonic() < until:
                guess = "".join(secrets.choice(LETTERS) for _ in range(8))
                sent = (
                    {"csrf_token": csrf, vary: guess}
                    if vary == "code"
                    else {"csrf_token": csrf, **fields, vary: guess + "a!"}
                )
                found[(await client.post(path, data=sent)).status_code] += 1

        await asyncio.gather(*(hand() for _ in range(AT_ONCE)))
    return found


async def main(url: str, email: str) -> int:
    """0 when every guess beyond the limits was refused."""
    seconds = 10.0
    codes = await hands(url, HERE, {"email": email}, "code", seconds)
    passwords = await hands(url, "/login", {"email": email}, "password", seconds)
    print(f"codes: {dict(codes)}; compared: at most {codes[200]} (a network has 30 in ten minutes, a code 5)")
    print(f"passwords: {dict(passwords)}; compared: {passwords[401]} (a network has 10 a minute)")
    got_in = codes[303] + passwords[303]
    print("got in!" if got_in else "nothing was guessed")
    return 1 if got_in or codes[200] > 30 or passwords[401] > 20 else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:3])))
