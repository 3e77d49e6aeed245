"""Which test shows which fault; run as a program, it runs them all and prints the table."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent.parent
FAULTS = {
    "FT-01": ("kill -9 at random moments", "test_what_was_acknowledged_survives_kill_9"),
    "FT-02": ("killed after the commit, between two statements", "test_a_transaction_is_whole_or_absent"),
    "FT-03": ("settings read back, a sync for each commit", "test_every_connection_has test_there_is_a_sync"),
    "FT-04": ("worker dies around the 250", "test_a_worker_that_dies_around_the_250"),
    "FT-05": ("network cut, silent, half open", "test_a_network_that_is_cut test_a_half_open"),
    "FT-06": ("each message 1 to 5 times, on two sockets", "test_each_message_sent_up_to_five_times"),
    "FT-07": (
        "a retry after the next message; any order at all",
        "test_a_retry_that_arrives test_each_follower",
    ),
    "FT-08": ("no mail server for half an hour", "test_half_an_hour_without"),
    "FT-09": (
        "tarpit, 421, 451, 550, TLS that fails",
        "test_refusals_are_dead_letters test_a_server_that_hung_up test_letters_wait_while_tls",
    ),
    "FT-10": ("'sent' cannot be written", "test_a_database_that_cannot_keep_sent"),
    "FT-11": (
        "Redis away, flushed, slow; no bell at all",
        "test_a_redis_that test_limits_hold test_without_any_bell",
    ),
    "FT-12": ("readers that stop reading", "test_readers_that_stop"),
    "FT-13": ("handshakes that never end, 150 headers", "test_handshakes_and test_upgrades_with"),
    "FT-14": ("PostgreSQL restarted, backends ended", "test_backends_that test_a_postgresql_that"),
    "FT-15": ("the lock held by a stranger", "test_a_stranger_who_holds"),
    "FT-16": (
        "disk full, EIO, read-only",
        "test_a_full_disk test_a_disk_without_room test_a_disk_that_breaks",
    ),
    "FT-17": ("orderly restart under load", "test_a_restart_under_load test_a_mail_server_that_hangs"),
    "FT-18": ("SIGSTOP, SIGCONT", "test_a_process_that_stood_still"),
    "FT-19": ("two workers, a lease that ran out", "test_two_workers test_a_worker_whose_lease"),
    "FT-20": ("the clock jumps", "test_a_clock_that_jumps test_a_code_is_dead test_a_mail_that_waited"),
    "FT-21": ("broken frames", "test_broken_frames"),
    "FT-22": ("64 KiB, 64 KiB + 1, ten thousand pieces", "test_a_frame_has_64_kib"),
    "FT-23": ("compression offered", "test_compression_is_not"),
    "FT-24": ("files that become huge", "test_files_that_would_grow"),
    "FT-25": ("a flood of sign-ins", "test_a_flood_of_sign_ins"),
    "FT-26": ("restart with many clients", "test_many_clients"),
    "FT-27": ("copy under load, restored", "test_a_copy_taken_under_load"),
    "FT-28": ("upgrade killed, old schema", "test_an_upgrade_that_was_killed test_an_old_schema"),
    "FT-32": ("the trail cannot be written", "test_without_an_entry"),
}


def main(words: list[str]) -> int:
    """Run them; the exit code of pytest."""
    short = "--short" in words
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        rest = [word for word in words if word != "--short"]
        command = [sys.executable, "-m", "pytest", "-q", "tests/fault", f"--junitxml={report}", *rest]
        environment = {**os.environ, "HELPDESK_FAULT_LONG": "0" if short else "1"}
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        if report.is_file():
            sys.stdout.write(table(report))
    return code


def table(report: Path) -> str:
    """The lines of a Markdown table."""
    cases = [(case.get("name", ""), verdict(case), float(case.get("time", "0"))) for case in _cases(report)]
    lines = ["", "| fault | what | tests | result | seconds |", "| --- | --- | --: | --- | --: |"]
    for name, (what, beginnings) in FAULTS.items():
        ours = [case for case in cases if case[0].startswith(tuple(beginnings.split()))]
        worst = next(
            (v for v in ("FAILED", "skipped", "passed") if any(case[1] == v for case in ours)), "not run"
        )
        seconds = sum(case[2] for case in ours)
        lines.append(f"| {name} | {what} | {len(ours)} | {worst} | {seconds:.0f} |")
    return "\n".join([*lines, ""])


def verdict(case: ElementTree.Element) -> str:
    """Passed, FAILED or skipped."""
    kinds = {child.tag for child in case}
    return "FAILED" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"


def _cases(report: Path) -> list[ElementTree.Element]:
    return list(ElementTree.parse(report).iter("testcase"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
