"""A trace of 60,000 tokens, written by rule: the longest that screens have to bear."""

import random

from chat.providers.scripted.script import End, Say, Script, Spent, Step, Wait

NAME = "long-60k"
PACE = 200.0
STEPS = 480
OPENINGS = (
    "First, I need to look at",
    "Let me think about",
    "Wait, I have not considered",
    "Now the next case is",
    "Let me check",
    "Hmm, that leaves",
    "Suppose instead that we change",
    "The plan says to measure",
)
SUBJECTS = (
    "the lock that the writer holds while it flushes",
    "the cost of a page that is read twice",
    "the order in which two replicas apply the same change",
    "the case where the clock of one machine runs behind",
    "a client that goes away in the middle of a request",
    "the index that the second query cannot use",
    "what happens when the queue is full and nobody reads",
    "the number of rows that one commit can carry",
)
REMARKS = (
    "With n = {n} the total comes to {m}, which is within the limit by a factor of {k}.",
    "That takes {k} round trips, and each of them costs about {n} microseconds on this machine.",
    "If it fails after step {k}, the first {n} entries are safe and the remaining {m} have to be sent again.",
    "So the bound is {n} × {k} = {m}, and a retry must not count twice.",
    "It is tempting to skip this, but then {k} of the {n} readers would see an older state than before.",
    "The measured figure was {m} a second, and it fell to {n} once the cache had filled.",
)


def long_trace() -> Script:
    """The same text every time."""
    chance = random.Random(60)
    thinking = "\n\n".join(_step(number, chance) for number in range(1, STEPS + 1))
    answer = (
        "**Flush in batches of 50 ms, and let only one commit be in flight.** "
        f"Of the {STEPS} cases above, none loses what is older than two batches."
    )
    steps: list[Step] = [
        Wait(400),
        Say("thinking", thinking, PACE),
        Say("answer", answer, PACE),
        End("stop"),
        Spent(120, 60_000, 59_960),
    ]
    return Script(NAME, steps)


def _step(number: int, chance: random.Random) -> str:
    sentences = [f"{chance.choice(OPENINGS)} {chance.choice(SUBJECTS)}."]
    for _ in range(chance.randint(2, 7)):
        n, k = chance.randint(20, 900), chance.randint(2, 12)
        sentences.append(chance.choice(REMARKS).format(n=n, k=k, m=n * k))
    heading = f"**Case {number}: {chance.choice(SUBJECTS)}**\n\n" if number % 12 == 1 else ""
    return heading + " ".join(sentences)
