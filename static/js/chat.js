// The chat page: its elements, in the order in which they need one another.

import "./live-clock.js"
import "./live-tokens.js"
import "./answer-now.js"
import "./reasoning-trace.js"
import "./streaming-reply.js"
import "./side-bar.js"
import "./chat-composer.js"
import "./chat-page.js"
import "./copying.js"
import "./examples.js"
import "./landing.js"
import "./shortcuts.js"
