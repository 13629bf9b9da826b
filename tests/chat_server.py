"""A chat-model server for tests: /chat/completions over real HTTP.

Run as a process: `python tests/chat_server.py SCRIPT.json` prints its port. The script maps a
model's name, which a request gives, to its reply, or to {"status": 500}, {"hang": true},
{"drip": true}, {"breathe": reply} (for long nothing but comments that keep the line open),
{"stumbles": reply} (its first request gets a 503), {"plain": reply} (it knows no response format),
{"restates": reply, "answers": reply} (the one to a follow-up, the other to passages); beside
"answers", "rewords" is the reply to rejected claims and "looks" that to a second look.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

LONG = 20  # seconds that a hanging server keeps a client waiting


class Handler(BaseHTTPRequestHandler):
    """One request."""

    script: ClassVar[dict] = {}
    stumbled: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        does = self._behaviour(asked)
        if isinstance(does, dict):
            self._misbehave(does)
        elif asked.get("stream"):
            self._stream([does[at : at + 40] for at in range(0, len(does), 40)])
        else:
            reply = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": asked["model"],
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": does},
                    }
                ],
            }
            self._send(200, json.dumps(reply).encode(), "application/json")

    def _behaviour(self, asked: dict) -> str | dict:
        """The reply to this request, or how it goes wrong."""
        does = self.script[asked["model"]]
        if isinstance(does, dict) and "answers" in does:
            said = json.dumps(asked["messages"])
            kinds = {"Passages": "answers", "Write each again": "rewords", "say all of it": "looks"}
            kind = next((kind for words, kind in kinds.items() if words in said), "restates")
            does = does.get(kind, {"status": 500})
        if isinstance(does, dict) and "plain" in does:
            does = {"status": 400} if "response_format" in asked else does["plain"]
        if isinstance(does, dict) and "stumbles" in does:
            does = does["stumbles"] if asked["model"] in self.stumbled else {"status": 503}
            self.stumbled.add(asked["model"])
        return does

    def _misbehave(self, does: dict) -> None:
        if "status" in does:
            self._send(
                does["status"],
                json.dumps({"error": {"message": "scripted", "type": "scripted"}}).encode(),
                "application/json",
            )
        elif "breathe" in does:
            self._breathe(does["breathe"])
        elif does.get("drip"):
            self._stream(iter(lambda: " ", None), waits=0.3)
        else:
            self._stream((), waits=LONG)

    def _stream(self, pieces, waits: float = 0) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            ends = time.monotonic() + LONG
            for piece in pieces:
                time.sleep(waits)
                self._event(
                    {"delta": {"role": "assistant", "content": piece}, "finish_reason": None}
                )
                if time.monotonic() > ends:
                    return
            if waits == LONG:
                time.sleep(waits)
            self._event({"delta": {"role": "assistant"}, "finish_reason": "stop"})
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:  # the client has left, as it should
            pass

    def _breathe(self, reply: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for _ in range(LONG * 5):
                self.wfile.write(b": still thinking\n\n")
                self.wfile.flush()
                time.sleep(0.2)
            self._event({"delta": {"role": "assistant", "content": reply}, "finish_reason": "stop"})
        except OSError:
            pass

    def _event(self, choice: dict) -> None:
        event = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, **choice}],
        }
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args) -> None:
        """Silent."""


if __name__ == "__main__":
    Handler.script = json.loads(Path(sys.argv[1]).read_text())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
