"""Runs one generation: request, stream, journal, fold; and whatever goes wrong on the way.

The generation outlives its watchers. Only three things end it early: somebody stops it, the
server shuts down, or its fence is lost. Text that has arrived is kept in every case.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from typing import Any

from django.db import OperationalError

from chat.core.events import CutShort, Requested
from chat.core.transcript import Transcript
from chat.db.threads import in_thread
from chat.generation.answering import EarlyAnswer
from chat.generation.claim import Claim, claim, record_request
from chat.generation.fanout import SIDEBAR_CHANGED, Fanout, conversation_topic, generation_topic, user_topic
from chat.generation.fold import Outcome, fold
from chat.generation.journal import RETRY, Journal
from chat.generation.last_frame import last_ops
from chat.generation.live import LiveGeneration
from chat.generation.patience import (
    ATTEMPTS,
    LONGEST_WAIT,
    delay_after,
    describe,
    described,
    record_wait,
)
from chat.generation.titling import retitled, title_changed
from chat.models import Generation, Part
from chat.providers.base import ChatRequest, Provider, ProviderError
from chat.providers.registry import Registry
from chat.rendering.audience import AUDIENCES
from chat.rendering.reply import Header
from chat.rendering.slots import live_header, phase_slots, waiting_slots

logger = logging.getLogger(__name__)

MUCH = 1000
"""Characters in this tick or the last after which more is waiting. With fewer, the next read comes at the
next tick, all that arrived until then in one: waking for every chunk would cost more than reading it,
and nothing shows sooner.
"""


class Runner:
    """One generation in this process. `stop` may be called at any time, from the event loop."""

    def __init__(
        self, generation_id: uuid.UUID, journal: Journal, fanout: Fanout, registry: Registry
    ) -> None:
        self.id = generation_id
        self._journal = journal
        self._fanout = fanout
        self._registry = registry
        self._reading: asyncio.Task[None] | None = None
        self._early: EarlyAnswer | None = None
        self._ending = ""
        self._hurry = asyncio.Event()

    def stop(self, ending: str = Generation.State.STOPPED) -> None:
        """Ends the run as `ending`, keeping what came. Closes the upstream at once."""
        self._ending = self._ending or ending
        if self._reading is not None:
            self._reading.cancel()

    def answer_now(self) -> None:
        """Ends the thinking, where it thinks, and goes on with the answer."""
        if self._early is not None and not self._ending:
            self._early.order()

    def hurry(self) -> None:
        """Tries again now, where it is waiting to."""
        self._hurry.set()

    async def run(self) -> None:
        """Returns when the generation is folded, or turned out not to be ours.

        Raises nothing but CancelledError: cancelled, it leaves the generation to a sweeper.
        """
        try:
            taken = await in_thread(claim, self.id, self._journal.owner)
        except Exception:
            logger.exception("a generation could not be claimed; it stays queued")
            return
        if taken is None:
            return
        live = self._live(taken)
        self._journal.add(live)
        try:
            outcome = await self._outcome(taken, live)
            await self._write_out(live)
            if not live.lost:
                await self._fold(taken, live, outcome)
        except Exception:
            logger.exception("a generation could not be ended; the sweeper will")
        finally:
            self._journal.remove(live)

    def _live(self, taken: Claim) -> LiveGeneration:
        generation = taken.generation
        live = LiveGeneration(
            generation.id,
            generation.message_id,
            generation.epoch,
            offset=taken.offset,
            seqs=(generation.seq_full, generation.seq_answers),
            types_answers=bool(generation.settings.get("types_answers")),
            before=taken.before,
            carried=taken.carried,
        )
        live.on_stop, live.on_answer = self.stop, self.answer_now
        live.on_phase = lambda: live.show(live.state, **phase_slots(_header(taken, live)))
        return live

    async def _outcome(self, taken: Claim, live: LiveGeneration) -> Outcome:
        self._early = EarlyAnswer(live)
        self._reading = asyncio.create_task(
            self._early.read(
                taken.request,
                lambda request: self._read_with_patience(taken, live, request),
                lambda: self._journal.flush(live),
            )
        )
        if self._ending:
            self._reading.cancel()
        try:
            await self._reading
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            if not self._ending and not live.lost:
                self._ending = Generation.State.INTERRUPTED
            return Outcome(self._ending, ended_ms=live.elapsed_ms)
        except ProviderError as error:
            return Outcome("failed", describe(error), live.elapsed_ms)
        except Exception as error:
            logger.exception("a provider raised what is no ProviderError")
            return Outcome(
                "failed", {"message": f"Workings failed to read the reply ({type(error).__name__})."}
            )
        return await self._ended(live)

    async def _ended(self, live: LiveGeneration) -> Outcome:
        """The stream ended by itself; what it said last decides how."""
        ended_ms = live.elapsed_ms
        await self._write_out(live)
        said = live.transcript
        if said.failure is not None:
            return Outcome("failed", described(said.failure), ended_ms)
        if said.finish_reason in {"length", "max_tokens", "max_output_tokens"}:
            return Outcome("truncated", ended_ms=ended_ms)
        return Outcome("done", ended_ms=ended_ms)

    async def _write_out(self, live: LiveGeneration) -> None:
        """Everything is in the journal before the fold, which may fail where the journal did not."""
        live.end()
        await self._journal.flush(live)

    async def _read_with_patience(self, taken: Claim, live: LiveGeneration, request: ChatRequest) -> None:
        """Repeats a request by itself only after an explicit refusal, and only before any token."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                provider = self._registry.get(taken.generation.provider, taken.user_key)
                await self._read(provider, taken, live, request)
                return
            except ProviderError as error:
                delay = delay_after(error, attempt)
                if not error.retryable or live.has_text or attempt == ATTEMPTS or delay > LONGEST_WAIT:
                    raise
                await self._wait(taken, live, error, attempt, delay)

    async def _read(
        self, provider: Provider, taken: Claim, live: LiveGeneration, request: ChatRequest
    ) -> None:
        async def before_send(body: dict[str, Any]) -> None:
            await self._journal.run(record_request, self.id, body)
            live.receive([CutShort(), Requested()] if taken.cuts_short else [Requested()])

        stream = provider.stream(request, before_send)
        live.held = stream.held
        assert self._early is not None
        self._early.stream = stream
        tick, before, arrived = -1, 0, 0
        try:
            async for events in stream:
                live.receive(events)
                self._journal.touch(urgent=not live.shows_text)
                if tick != self._journal.ticks:
                    tick, before, arrived = self._journal.ticks, arrived, 0
                arrived += sum(len(getattr(event, "text", "")) for event in events)
                if live.shows_text and max(before, arrived) < MUCH:
                    await self._journal.pulse()
        finally:
            with contextlib.suppress(Exception):
                await stream.aclose()

    async def _wait(
        self, taken: Claim, live: LiveGeneration, error: ProviderError, attempt: int, delay: float
    ) -> None:
        waits = {
            "until": int((time.time() + delay) * 1000),
            "wait": int(delay * 1000),
            "attempt": attempt + 1,
            "attempts": ATTEMPTS,
            "reason": error.message,
        }
        await self._journal.run(record_wait, self.id, self._journal.owner, live.epoch, waits)
        live.show("waiting", **waiting_slots(taken.generation, waits))
        self._journal.touch()
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), delay)
        live.show("connecting", notice="", **phase_slots(_header(taken, live)))

    async def _fold(self, taken: Claim, live: LiveGeneration, outcome: Outcome) -> None:
        generation = taken.generation
        parts = await self._folded(generation, live.transcript, outcome)
        if parts is None:
            return
        self._journal.folded.add(self.id)
        ops = await in_thread(last_ops, generation, parts, taken.earlier)
        for audience in AUDIENCES:
            note = live.last_note(audience, outcome.state, ops[audience], generation.ended_ms or 0)
            self._fanout.publish(generation_topic(self.id, audience), note)
        if title := await in_thread(retitled, generation, live.transcript):
            topic = conversation_topic(generation.message.conversation_id)
            self._fanout.publish(topic, title_changed(title))
        self._fanout.publish(user_topic(generation.user_id), SIDEBAR_CHANGED)

    async def _folded(self, generation: Generation, said: Transcript, outcome: Outcome) -> list[Part] | None:
        """Does not give up while the database cannot be reached."""
        while True:
            try:
                return await in_thread(fold, generation, said, outcome)
            except OperationalError as error:
                logger.warning("a generation could not be folded (%s); trying again", error)
                await asyncio.sleep(RETRY)


def _header(taken: Claim, live: LiveGeneration) -> Header:
    header = live_header(taken.generation, live.state, live.transcript, taken.earlier)
    header.step_count = live.replies["full"].step_count
    return header
