"""Signals, sent to a process of its own."""

import signal
import subprocess
import sys

import pytest

RUN = """
import signal, sys, time
from hcpc.sync.serve.bell import Bell

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start us in the background
bell = Bell()
with bell.heeds_signals():
    print("listening", flush=True)
    while not bell.stop.is_set():
        if bell.wait(20):
            print("stopped" if bell.stop.is_set() else "asked", flush=True)
    if "slowly" in sys.argv:
        print("finishing", flush=True)
        time.sleep(20)
print(bell.signalled, flush=True)
"""


def started(*arguments: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert said(process) == "listening"
    return process


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_for_the_end(number: signal.Signals) -> None:
    process = started()
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == (f"stopped\n{number.value}\n", "", 0)


def test_sighup_asks_for_a_round() -> None:
    process = started()
    process.send_signal(signal.SIGHUP)
    assert said(process) == "asked"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=20)[0] == "stopped\n15\n"


def test_a_second_signal_ends_the_process_at_once() -> None:
    process = started("slowly")
    process.send_signal(signal.SIGTERM)
    assert [said(process), said(process)] == ["stopped", "finishing"]
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (
        143,
        "hcpc: stopped before what was in hand was done\n",
    )
