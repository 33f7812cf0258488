"""The local model's own process: llama.cpp's server on loopback, OpenAI-compatible.

    python server.py --model FILE.gguf --port 0 --folder DIR

It imports nothing of ours, so that it starts quickly. A process of its own because native code can
crash, and because a model's memory comes back only when its process ends. While it lives it holds
the lock of its folder, so whether a server runs is a question to the kernel, not to a file that
somebody forgot to remove. Its address is written once requests are accepted. With `--watch-stdin`
it ends when the process that holds the other end of its standard input does, however that ends;
PR_SET_PDEATHSIG would follow the parent's thread.
"""

import argparse
import fcntl
import json
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

CONTEXT = 4096
"""Tokens of context for each request."""
PARALLEL = 2
"""Requests served at once; the next ones queue."""
LOCK_WAIT = 5.0
"""Seconds for which a predecessor may still be ending."""

# ChatML without the bundled model's own default system prompt, with which it answers worse.
TEMPLATE = """\
{%- if messages[0].role != 'system' -%}
{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""


def main(argv: list[str] | None = None) -> None:
    """Serves until SIGTERM, SIGINT or, if asked, the end of standard input."""
    options = _options(argv)
    if options.watch_stdin:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    lock = _hold(options.folder / "lock") if options.folder else None
    server = _start(options)
    if options.folder:
        write_address(options.folder, server.listening_address)
    sys.stdout.write(f"ready {server.listening_address} {options.name}\n")
    sys.stdout.flush()
    _wait()
    del lock
    os._exit(0)  # the native threads end with the process; there is nothing to save


def write_address(folder: Path, url: str) -> None:
    """Puts this process's id and address where other processes look for them, all at once."""
    new = folder / f"address.{os.getpid()}"
    new.write_text(json.dumps({"pid": os.getpid(), "url": url}))
    new.replace(folder / "address.json")


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="localmodel", description="Serve a local model on loopback.")
    parser.add_argument("--model", required=True, help="path of a .gguf file")
    parser.add_argument("--name", default="local", help="the model's name in replies")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, help="where the lock, key and address are kept")
    parser.add_argument("--bundled", action="store_true", help="use the bundled model's chat template")
    parser.add_argument("--watch-stdin", action="store_true", help="stop when standard input closes")
    return parser.parse_args(argv)


def _hold(path: Path) -> Any:
    """The folder's lock, kept until this process ends. A look at it by others passes in a moment."""
    file = path.open("w")
    deadline = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.exit("localmodel: another local model already runs for this DATA_DIR")
            time.sleep(0.05)


def _start(options: argparse.Namespace) -> Any:
    _refuse_taken(options.port)
    import xllamacpp

    params = _params(xllamacpp, options)
    try:
        return xllamacpp.Server(params)
    except Exception as error:
        sys.exit(f"localmodel: the model did not start: {error}")


def _refuse_taken(port: int) -> None:
    """llama.cpp would share a taken port without a word on some systems."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"localmodel: port {port}: {error.strerror}")


def _params(xllamacpp: Any, options: argparse.Namespace) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.model_alias = {options.name}
    params.hostnames = ["127.0.0.1"]
    params.port = options.port
    params.n_ctx = CONTEXT * PARALLEL  # llama.cpp divides it among the requests
    params.n_parallel = PARALLEL
    # Its threads spin while they wait: with one on every core, any other load makes it ten times slower.
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) - 1)
    params.cache_ram_mib = 256
    formats = xllamacpp.common_reasoning_format
    if options.bundled:
        params.chat_template = TEMPLATE
        params.reasoning_format = formats.COMMON_REASONING_FORMAT_NONE
    else:
        params.reasoning_format = formats.COMMON_REASONING_FORMAT_DEEPSEEK
    params.offline = True
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = "http://127.0.0.1"
    if key := _key(options.folder):
        params.api_keys = [key]
    return params


def _key(folder: Path | None) -> str:
    """From the folder, or from LOCALMODEL_API_KEY; never from the command line, which everyone can read."""
    return (folder / "key").read_text() if folder else os.environ.get("LOCALMODEL_API_KEY", "")


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def _wait() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    main()
