"""No road leads from what someone wrote, or from a key, into a log line."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.test import Client, RequestFactory

from chat.logging import OURS, JSONFormatter, TextFormatter, configuration

SECRET = "my neighbour's diagnosis"

type Log = Callable[[], str]


@pytest.fixture(params=[JSONFormatter, TextFormatter])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """What has been written so far, by either formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream.getvalue
    root.removeHandler(handler)


def fail_with(message: str) -> None:
    raise ValueError(message)


def test_an_unnamed_extra_is_dropped_and_a_named_one_kept(log: Log) -> None:
    logging.getLogger("chat.test").warning("Stopped", extra={"prompt": SECRET, "generation": "0198-77"})
    assert SECRET not in log()
    assert "0198-77" in log()


def test_an_exception_is_logged_without_its_message(log: Log) -> None:
    try:
        try:
            fail_with(SECRET)
        except ValueError as cause:
            raise LookupError(f"while reading {SECRET}") from cause
    except LookupError:
        logging.getLogger("chat.test").exception("A fold failed")
    assert SECRET not in log()
    assert "LookupError from ValueError" in log()
    assert "test_logging.py" in log()


def test_what_other_packages_fill_in_is_left_out(log: Log) -> None:
    logging.getLogger("openai").warning("Request options: %s", {"content": SECRET})
    never_retrieved = f"Task exception was never retrieved\nfuture: <Task {SECRET}>"
    logging.getLogger("asyncio").error(never_retrieved)
    logging.getLogger("django.db.backends").warning("(%.3f) %s; args=%s", 0.1, "INSERT", SECRET)
    assert SECRET not in log()
    assert "Request options" in log()
    assert "Task exception was never retrieved" in log()


def test_a_failed_request_is_named_by_its_route(log: Log) -> None:
    request = RequestFactory().get(f"/accounts/password/reset/{SECRET}")
    extra = {"request": request, "status_code": 404}
    logging.getLogger("django.request").warning("%s: %s", "Not Found", request.path, extra=extra)
    assert "reset" not in log()
    assert "GET" in log()
    assert "404" in log()


@pytest.mark.django_db
def test_a_page_that_breaks_is_logged_by_its_route_and_the_lines_it_passed(log: Log) -> None:
    client = Client(raise_request_exception=False)
    with patch("chat.views.health.JsonResponse", side_effect=ValueError(SECRET)):
        assert client.get(f"/health/live?q={SECRET}").status_code == 500
    assert SECRET not in log()
    for told in ("Request failed", "GET", "health/live", "500", "ValueError", "health.py"):
        assert told in log()


def test_a_json_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("chat", logging.INFO, __file__, 1, "two\nlines %d", (2,), None)
    line = JSONFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "two\nlines 2"


def test_other_packages_are_never_heard_below_a_warning() -> None:
    configured = configuration("DEBUG", "json")
    loggers = configured["loggers"]
    assert loggers["chat"]["level"] == "DEBUG"
    assert configured["root"]["level"] == "WARNING"
    assert {loggers[name]["level"] for name in loggers if name not in OURS} == {"WARNING"}
