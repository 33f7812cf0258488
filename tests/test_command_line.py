"""What `manage.py` does before Django does anything."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def manage(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    without = {"SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    inherited = {name: value for name, value in os.environ.items() if name not in without}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=inherited | {"DATA_DIR": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_secret_key_it_refuses_in_one_sentence_that_says_what_to_set(tmp_path: Path) -> None:
    refused = manage(tmp_path, "serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: SECRET_KEY is not set.")
    assert "Traceback" not in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_value_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = manage(tmp_path, "serve", SECRET_KEY="x", PORT="eighty")
    assert refused.stderr.startswith("error: PORT is 'eighty'")
    assert refused.stderr.count("\n") == 1


def test_a_local_model_that_is_none_is_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = manage(tmp_path, "serve", SECRET_KEY="x", LOCAL_MODEL="on")
    assert refused.stderr.startswith("error: LOCAL_MODEL is 'on'; set it to auto, off, or the path of")
    assert refused.stderr.count("\n") == 1


def test_redis_without_postgresql_is_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = manage(tmp_path, "serve", SECRET_KEY="x", REDIS_URL="redis://127.0.0.1:6379/0")
    assert refused.stderr.startswith("error: REDIS_URL is set")
    assert refused.stderr.count("\n") == 1


def test_commands_use_the_key_that_make_run_has_kept(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("kept\n")
    told = manage(
        tmp_path, "shell", "-v", "0", "-c", "from django.conf import settings; print(settings.SECRET_KEY)"
    )
    assert told.stdout.strip() == "kept", told.stderr


def test_a_saved_stream_is_read_without_any_key(tmp_path: Path) -> None:
    body = tmp_path / "body.sse"
    body.write_text('data: {"choices":[{"delta":{"content":"9"}}]}\n\ndata: [DONE]\n\n')
    read = manage(tmp_path, "readstream", str(body))
    assert '"answer": "9"' in read.stdout, read.stderr
