"""What a model is told where its own beginning cannot be written on, and it has to be asked to go on."""

from chat.providers.base import ChatRequest

CARRY_ON = (
    "Your last message was cut off. Carry on exactly where it stopped: "
    "repeat nothing, and add no introduction."
)
THINK_ON = (
    "You were cut off while you were thinking; above is your thinking so far. "
    "Carry on from there, and then give your answer."
)
ANSWER_NOW = (
    "Your thinking ends here; above is what you have thought so far. "
    "Do not think any further: give your answer now, from what you have."
)


def instruction(request: ChatRequest) -> str:
    """For a request that `continues`, after what the model has said or thought."""
    if request.continues and request.continues.text.strip():
        return CARRY_ON
    return ANSWER_NOW if request.answers else THINK_ON
