"""A chat model that is slow, refuses, sends garbage or goes away: the question is answered by quoting all the same."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import httpx

from eval.bench.fault_bench import FACT, QUESTION, Bench, Outcome
from eval.bench.load import serving

TRUE, INVENTED = "Năm 2022, Nhân dân hiến 26,7 ha đất [1]. ", "Năm 2022, Nhân dân hiến 99,9 ha đất [1]. "
KEY = "sk-khoa-cua-don-vi-0123456789"  # which a careless server repeats in its errors
TIMEOUT_S = 3  # for the model; then an answer has to come soon
MOST_S = 40  # for an answer, on a machine that has other things to do
MODES = {
    "slow": ("silent", "drips", "signs of life", "empty pieces"),
    "refuses": ("401", "403", "429", "500", "503"),
    "garbage": ("no JSON", "a page", "bytes", "nothing", "cut off", "invents", "endless", "endless lies"),
    "gone": ("dies", "refused"),
}


class FaultyModel(ThreadingHTTPServer):
    """An OpenAI-compatible server on a free port that behaves as `mode` says."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "sound"
        self.closing = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error."""


class _Handler(BaseHTTPRequestHandler):
    server: FaultyModel

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        mode = self.server.mode
        if mode.isdigit():
            said = {"error": {"message": f"Incorrect API key provided: {self.headers['Authorization']}"}}
            self._send(int(mode), "application/json", [json.dumps(said).encode()])
        elif mode == "a page":
            self._send(200, "text/html", [b"<!DOCTYPE html><title>Welcome</title><p>26,7 99,9"])
        elif mode == "dies":
            self._send(200, "text/event-stream", [_event(TRUE), _event(INVENTED[:30])])
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self._send(200, "text/event-stream", self._pieces(mode))

    def _pieces(self, mode: str) -> Iterator[bytes]:
        once = {
            "sound": [_event(TRUE), _event("", "stop"), b"data: [DONE]\n\n"],
            "invents": [_event(INVENTED), _event("", "stop"), b"data: [DONE]\n\n"],
            "cut off": [_event(TRUE), _event(INVENTED[:-12])],
            "no JSON": [b"data: {26,7 ha\n\n"],
            "bytes": [bytes(range(256)) * 4],
            "nothing": [_event("", "stop"), b"data: [DONE]\n\n"],
            "silent": [],
        }
        again = {
            "drips": _event(INVENTED),
            "signs of life": b": still here\n\n",
            "empty pieces": _event(""),
            "endless": _event(TRUE * 20),
            "endless lies": _event(INVENTED * 20),
        }
        yield from once.get(mode, [])
        while mode == "silent" or mode in again:
            if self.server.closing.wait(0.0 if mode.startswith("endless") else 0.5):
                return
            yield again.get(mode, b"")

    def _send(self, status: int, kind: str, pieces: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        return


def _event(text: str, finish: str | None = None) -> bytes:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "x",
             "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}  # fmt: skip
    return f"data: {json.dumps(chunk)}\n\n".encode()


@contextmanager
def faulty_model() -> Iterator[FaultyModel]:
    """A running server; requests that hang are let go when the block ends."""
    server = FaultyModel()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def chat_model(group: str) -> Callable[[Bench], Outcome]:
    """Each way of failing of a group, one after the other, with a first question and with a follow-up."""

    def fault(bench: Bench) -> Outcome:
        folder = bench.copy()
        with faulty_model() as model:
            chat = {"chat_model": "openai:x", "chat_base_url": model.url, "chat_api_key": KEY}
            with serving(folder, None, **chat, chat_timeout_s=str(TIMEOUT_S), log_level="ERROR") as server:
                if (wrong := _wrong(server.address, "sound", follow_up=False, by_model=True)) is not None:
                    return wrong
                for mode in MODES[group]:
                    model.mode = mode
                    if mode == "refused":
                        model.server_close()
                    for follow_up in (False, True):
                        if wrong := _wrong(server.address, mode, follow_up=follow_up, by_model=False):
                            return wrong
            log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
        return f"WRONG: {group}: the key is in the log" if KEY in log else "answered by quoting"

    return fault


def _wrong(address: str, mode: str, *, follow_up: bool, by_model: bool) -> Outcome | None:
    """What is wrong with the answer; None where nothing is."""
    body: dict[str, Any] = {"question": QUESTION}
    if follow_up:
        told = {"role": "assistant", "content": "Năm 2022 Nhân dân hiến 26,7 ha đất."}
        body["history"] = [{"role": "user", "content": QUESTION}, told]
    began = time.monotonic()
    response = httpx.post(f"{address}/v1/ask", json=body, timeout=120)
    took = time.monotonic() - began
    if response.status_code != 200:
        return f"WRONG: {mode}: {response.status_code} {response.text[:200]}"
    answer = response.json()
    if by_model == (answer["model"] == "extractive"):
        return f"WRONG: {mode}: by {answer['model']} {answer['notices']}"
    if FACT not in answer["answer"] or "99,9" in answer["answer"]:
        return f"WRONG: {mode}: {answer['answer'][:200]}"
    if KEY in response.text:
        return f"WRONG: {mode}: the key is shown"
    if not by_model and not any("ô hình" in notice for notice in answer["notices"]):
        return f"WRONG: {mode}: not told: {answer['model']} {answer['notices']}"
    return f"SLOW: {mode}: {took:.0f} s" if took > MOST_S else None
