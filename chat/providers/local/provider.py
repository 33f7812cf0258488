"""The local model as a provider: llama.cpp's server on this machine, a child of this process.

The bundled model thinks by two requests (`prompts`), so each text is typed by the request that it
answers and nothing has to be told apart. A model file of the administrator's own keeps its chat
template and thinks as it was trained to: the server itself sets its reasoning apart.
"""

import asyncio
from pathlib import Path

from chat.providers.base import BeforeSend, ChatRequest, EventStream, ModelInfo, Provider
from chat.providers.local.process import BUNDLED, LocalProcess, Model, find_model
from chat.providers.local.server import CONTEXT
from chat.providers.local.streams import NativeStream, TwoPassStream

BUNDLED_TITLE = "SmolLM2 135M"
NOTE = (
    "Small local model; its answers are often wrong. "
    "Its reasoning is prompted text, not a trained chain of thought."
)


class LocalProvider(Provider):
    """One per process and DATA_DIR. The server starts at the first request."""

    id = "local"
    name = "This server"

    def __init__(self, data_dir: Path, model: str) -> None:
        """`model`: what LOCAL_MODEL says, `auto` or the path of a .gguf file."""
        self.process = LocalProcess(data_dir, model)
        self._setting = model

    @property
    def types_answers(self) -> bool:
        """Whether text never changes sides: thinking and answer come from requests of their own."""
        return self._setting == BUNDLED

    async def models(self) -> list[ModelInfo]:
        return [self._info(find_model(self._setting))]

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> EventStream:
        stream = TwoPassStream if self.types_answers else NativeStream
        return stream(self.process, request, before_send)

    async def check(self) -> str:
        await asyncio.to_thread(self.process.address)
        return "The local model runs."

    async def aclose(self) -> None:
        await asyncio.to_thread(self.process.close)

    def _info(self, model: Model) -> ModelInfo:
        return ModelInfo(
            id=model.name,
            name=BUNDLED_TITLE if model.bundled else model.name,
            provider=self.id,
            provider_name=self.name,
            context=CONTEXT,
            thinking="prompted" if model.bundled else "unknown",
            answers_now="free",
            note=NOTE if model.bundled else "",
            not_sent={"effort": "The local model has no levels of effort."},
        )
