"""Every composed stream and every recording comes out as expected, however its bytes are cut."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.core.streams import body_of, compared, expectations, pieces, result_of

SIDECARS = [*expectations("corpus"), *expectations("recorded")]


@pytest.mark.parametrize("chunk", [1, 7, 0])
@pytest.mark.parametrize("sidecar", SIDECARS, ids=lambda path: path.name.removesuffix(".expect.json"))
def test_a_stream_comes_to_what_its_sidecar_says(sidecar: Path, chunk: int) -> None:
    body = body_of(sidecar).read_bytes()
    assert result_of(pieces(body, chunk or max(len(body), 1))) == compared(json.loads(sidecar.read_text()))


def test_there_are_fixtures_to_read() -> None:
    assert len(expectations("corpus")) >= 100
    assert len(expectations("recorded")) >= 12


def test_the_command_prints_what_the_pipeline_makes_of_a_body(capsys: pytest.CaptureFixture[str]) -> None:
    for sidecar in SIDECARS[::9]:
        call_command("readstream", str(body_of(sidecar)), "--chunk", "7")
        printed = json.loads(capsys.readouterr().out)
        assert compared(printed) == compared(json.loads(sidecar.read_text()))


def test_the_command_reads_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Input:
        buffer = io.BytesIO(body_of(SIDECARS[0]).read_bytes())

    monkeypatch.setattr(sys, "stdin", Input)
    call_command("readstream", "-")
    assert json.loads(capsys.readouterr().out)["answer"] == "Hello!"


@pytest.mark.parametrize("protocol", ["responses", "anthropic"])
def test_a_protocol_that_is_not_read_yet_is_refused_in_one_sentence(protocol: str) -> None:
    with pytest.raises(CommandError, match="not read yet") as refused:
        call_command("readstream", str(body_of(SIDECARS[0])), "--protocol", protocol)
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing\.sse cannot be read"):
        call_command("readstream", str(tmp_path / "nothing.sse"))


def test_only_what_applies_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("readstream", str(body_of(SIDECARS[0])))
    printed: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(printed) == {"reasoning", "answer", "tool_calls", "finish_reason", "usage", "error"}
