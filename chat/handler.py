"""Django's ASGI handler, with one hop to a thread for a whole request.

Our pages are synchronous. Django's own handler runs each middleware and each signal of such a page
in a hop of its own, in a thread and on a database connection that are made for the request. Here a
request goes through the whole chain in one of a few threads, which keep their connections.
"""

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 4
"""Few: they share one interpreter, and with many a rush of requests would all be answered last."""


class PageHandler(ASGIHandler):
    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    def load_middleware(self, is_async: bool = False) -> None:
        """As for WSGI: the chain stays synchronous from end to end."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            run = contextvars.copy_context().run
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(self._threads, run, self._respond, scope, body)
            await self.send_response(response, send)
            if response.streaming:
                await loop.run_in_executor(self._threads, run, response.close)

    def _respond(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, error = self.create_request(scope, body)
        response = self.get_response(request) if request else error
        assert response is not None, "create_request gives one or the other"
        if getattr(response, "is_async", False):
            return response
        whole = _whole(response)
        response.close()
        return whole


def _whole(response: HttpResponseBase) -> HttpResponseBase:
    """A streamed file is read here, in the thread: its iterator is synchronous too. Only what awaits its
    pieces goes out as they come.
    """
    if not response.streaming:
        return response
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return HttpResponse(content, status=response.status_code, headers=dict(response.headers))
