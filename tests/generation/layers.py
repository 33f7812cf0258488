"""Channel layers that misbehave as a test tells them to."""

import asyncio
from typing import Any

from channels.layers import InMemoryChannelLayer


class Layer(InMemoryChannelLayer):
    """Between processes, as far as Workings can tell. Clear `sends` or `joins` and it freezes."""

    def __init__(self) -> None:
        super().__init__(capacity=100_000)
        self.sends, self.joins = asyncio.Event(), asyncio.Event()
        self.sends.set()
        self.joins.set()
        self.refuses_to_join = 0
        self.joined: list[str] = []
        self.left: list[str] = []

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self.sends.wait()
        await super().group_send(group, message)

    async def group_add(self, group: str, channel: str) -> None:
        self.joined.append(group)
        await self.joins.wait()
        if self.refuses_to_join:
            self.refuses_to_join -= 1
            raise ConnectionError
        await super().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self.left.append(group)
        await super().group_discard(group, channel)
