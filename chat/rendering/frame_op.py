"""One instruction of a frame to the page: a name and its arguments, as `static/js/frame-ops.js` reads it."""

from typing import Any

type FrameOp = list[Any]
