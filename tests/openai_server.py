"""A small OpenAI-compatible chat server for tests: the name of the model says how it behaves."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


class ChatServer(ThreadingHTTPServer):
    """Answers `POST /v1/chat/completions` from `answers` by model name; keeps the requests it got."""

    daemon_threads = True

    def __init__(self, answers: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.requests: list[dict[str, Any]] = []
        self.failures: dict[str, int] = {}  # model -> how many requests fail before one succeeds
        self.closing = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        model = body["model"]
        if model == "error" or self.server.failures.get(model, 0) > 0:
            self.server.failures[model] = self.server.failures.get(model, 0) - 1
            self._reply(500, "application/json", [b'{"error": {"message": "out of memory"}}'])
        elif model == "refuses":
            echoed = json.dumps({"error": {"message": f"Incorrect key: {self.headers['Authorization']}"}})
            self._reply(401, "application/json", [echoed.encode()])
        elif model == "garbage":
            self._reply(200, "text/event-stream", [b"data: {not json\n\n", b"\x00\xff\n\n"])
        elif body.get("stream"):
            self._reply(200, "text/event-stream", self._events(model))
        else:
            message = {"role": "assistant", "content": self.server.answers[model]}
            answer = {"id": "1", "object": "chat.completion", "created": 1, "model": model,
                      "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}  # fmt: skip
            self._reply(200, "application/json", [json.dumps(answer).encode()])

    def _events(self, model: str) -> Iterator[bytes]:
        text = self.server.answers.get(model, "")
        while model in ("alive", "endless") and not self.server.closing.wait(0.05):
            yield b": alive\n\n" if model == "alive" else self._event(model, {"content": text})
        for start in range(0, len(text), 5):
            yield self._event(model, {"content": text[start : start + 5]})
        if model == "cut":
            return
        if model == "length":
            yield self._event(model, {}, "length")
            return
        if model == "hang":
            self.server.closing.wait(30)
            return
        yield self._event(model, {}, "stop")
        yield b"data: [DONE]\n\n"

    def _event(self, model: str, delta: dict[str, str], finish: str | None = None) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": int(time.time()), "model": model,
                 "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}  # fmt: skip
        return f"data: {json.dumps(chunk)}\n\n".encode()

    def _reply(self, status: int, kind: str, parts: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        for part in parts:
            try:
                self.wfile.write(part)
                self.wfile.flush()
            except OSError:
                return

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def serving(answers: dict[str, str]) -> Iterator[ChatServer]:
    """A running server; it is closed, and hanging requests let go, when the block ends."""
    server = ChatServer(answers)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
