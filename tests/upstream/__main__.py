"""An OpenAI-compatible server that does what each request tells it to, in a process of its own.

    python -m tests.upstream --port 0 --log sent.jsonl

Prints `ready URL`. The two calls of the protocol are under `/v1`, and under `/offering/A,B/v1` for a
provider whose models are A and B; `/refusing/v1` takes no key. Beside them: `GET /requests` (every
request's headers and body), `GET /sent` and `GET /sent/N` (what reply N, from 0, has sent), `GET /count`
(chunks sent by all), `DELETE /requests` (forget all).
With `--log`, each chunk is written to the file once it has left, with its time.
"""

import argparse
import asyncio
import contextlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from tests.upstream.plan import Plan, plan_in
from tests.upstream.sending import Sending, Sent

EVENT_STREAM = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}


class Upstream:
    """Its memory of what was asked and sent, and the handlers that fill it."""

    def __init__(self, log: Path | None) -> None:
        self.log = log.open("ab", buffering=0) if log else None
        self.asked: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.times: Counter[str] = Counter()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=2**26)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self.complete),
                web.get("/v1/models", self.models),
                web.post("/offering/{models}/v1/chat/completions", self.complete),
                web.get("/offering/{models}/v1/models", self.models),
                web.get("/refusing/v1/{path}", self.refuse),
                web.get("/requests", self.requests),
                web.delete("/requests", self.forget),
                web.get("/sent", self.all_sent),
                web.get("/sent/{number}", self.one_sent),
                web.get("/count", self.count),
            ]
        )
        return app

    async def complete(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw)
        plan, question = plan_in(body)
        number = len(self.asked)
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.asked.append({"path": request.path, "headers": headers, "raw": raw.decode(), "body": body})
        self.sent.append(sent := Sent(question))
        self.times[question] += 1
        if plan.later_chunks and self.times[question] > 1:
            plan = replace(plan, chunks=plan.later_chunks)
        if self._refuses(plan, question):
            return _refusal(plan)
        response = web.StreamResponse(headers=EVENT_STREAM)
        await response.prepare(request)
        try:
            await Sending(plan, sent, number, self.log).run(response)
        except ConnectionError:
            if request.transport is not None:
                request.transport.close()
        return response

    async def models(self, request: web.Request) -> web.Response:
        names = request.match_info.get("models", "upstream").split(",")
        return web.json_response({"object": "list", "data": [{"id": n, "object": "model"} for n in names]})

    async def refuse(self, request: web.Request) -> web.Response:
        return _refusal(Plan(status=401, message="Incorrect API key provided."))

    async def requests(self, request: web.Request) -> web.Response:
        return web.json_response(self.asked)

    async def forget(self, request: web.Request) -> web.Response:
        self.asked.clear()
        self.sent.clear()
        self.times.clear()
        return web.json_response({})

    async def all_sent(self, request: web.Request) -> web.Response:
        return web.json_response([sent.as_json() for sent in self.sent])

    async def one_sent(self, request: web.Request) -> web.Response:
        return web.json_response(self.sent[int(request.match_info["number"])].as_json())

    async def count(self, request: web.Request) -> web.Response:
        return web.json_response(sum(sent.chunks for sent in self.sent))

    def _refuses(self, plan: Plan, question: str) -> bool:
        if plan.status == 200:
            return False
        return not plan.refusals or self.times[question] <= plan.refusals


def _refusal(plan: Plan) -> web.Response:
    headers = {"Retry-After": str(plan.retry_after)} if plan.retry_after else {}
    error = {"message": plan.message, "type": "test", "code": plan.status}
    return web.json_response({"error": error}, status=plan.status, headers=headers)


async def serve(port: int, log: Path | None) -> None:
    runner = web.AppRunner(Upstream(log).application(), access_log=None, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024)
    await site.start()
    assert site._server is not None
    host, bound = site._server.sockets[0].getsockname()[:2]  # type: ignore[attr-defined]
    print(f"ready http://{host}:{bound}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve timed chunks, as each request asks for them.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(options.port, options.log))


if __name__ == "__main__":
    main()
