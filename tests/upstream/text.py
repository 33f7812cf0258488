"""Text of the kind that models send, in pieces of the size in which they send it."""

import re
from functools import cache
from typing import NamedTuple

TOKENS = re.compile(r"\s*\S{1,6}|\s+")

THINKING = """\
Okay, the question is how to move the table without stopping the writers. First, the constraints: the
old column has to stay readable until the last reader is gone, and a failed step must leave nothing
half done.

Let me compare the two ways. A copy in batches takes longer, but each batch is short, and a lock is
held for a few milliseconds at most. A rewrite in one statement is simpler and holds the lock to the
end. With 40 million rows that is about 11 minutes, which nobody will accept.

Wait, batches alone are not enough. Rows that change while the copy runs would keep their old value in
the new column. A trigger has to write both, and it has to be there before the first batch starts.

Let me check the order then: add the column, add the trigger, copy in batches, compare, switch the
readers, drop the trigger, drop the old column. Each of these can be repeated, and each can be undone
but the last one.

So the answer is the seven steps, with the query for each, and the figure that tells when to go on.

"""

ANSWER = """\
## Moving the column without stopping

Do it in **seven steps**, each of which can be repeated. The writers never wait for more than a few
milliseconds, because no statement touches more than *one batch* of rows.

| Step | Locks | Takes |
|:--|:--|--:|
| Add the column | a moment | 10 ms |
| Copy in batches | one batch | 40 min |
| Switch readers | none | a deploy |

1. Add the new column, empty, with no default.
2. Add a trigger that writes both columns, so that nothing is lost while the copy runs.
3. Copy in batches of 5,000 rows, by primary key:

```python
def copy(cursor, last=0, size=5_000):
    while rows := fetch(cursor, last, size):
        last = rows[-1].id
        cursor.execute(UPDATE, [last - size, last])
        yield last
```

4. Compare the two columns. The count has to be zero, twice, a minute apart.

> Keep the old column for a release. Dropping it is the one step that cannot be undone.

The copy does about `2,000` rows a second on the machine that was measured, and it can be stopped and
started again at any batch. Watch the lag of the replicas: if it passes ten seconds, halve the batch.

"""


class Piece(NamedTuple):
    """The text of a chunk. `markable`: a mark before it would change nothing but the words."""

    thinks: bool
    text: str
    markable: bool


@cache
def tokens(source: str) -> tuple[str, ...]:
    """The text in pieces of about a token, white space before a word belonging to it."""
    return tuple(TOKENS.findall(source))


@cache
def of_side(source: str, thinks: bool) -> tuple[Piece, ...]:
    """A mark in a table's row or on a fence's line would undo the table or the fence."""
    made = []
    for match in TOKENS.finditer(source):
        line = source[: match.start()].rpartition("\n")[2]
        made.append(Piece(thinks, match[0], bool(line) and not line.startswith(("|", "```"))))
    made[0] = made[0]._replace(markable=thinks)
    return tuple(made)


def pieces(chunks: int, thinking: float, *, prose: bool) -> list[Piece]:
    """So many pieces: the thinking first, then the answer, each as often as it takes."""
    first = round(chunks * thinking)
    thought, answer = of_side(THINKING, True), of_side(THINKING if prose else ANSWER, False)
    return [thought[n % len(thought)] for n in range(first)] + [
        answer[n % len(answer)] for n in range(chunks - first)
    ]
