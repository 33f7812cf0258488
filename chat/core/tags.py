"""The inline tags between which models write their thinking, and the wrappers around them.

Sources: the reasoning parsers of the common inference servers and the streams in
`tests/fixtures/wire`. A closing tag belongs to its own family's opening tag; letters match in either
case.
"""

CLOSER_OF = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "<mm:think>": "</mm:think>",
    "◁think▷": "◁/think▷",
    "[think]": "[/think]",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "<|channel>thought": "<channel|>",
    "<|start_thinking|>": "<|end_thinking|>",
}
OPENER_OF = {closer: opener for opener, closer in CLOSER_OF.items()}
WRAPPERS = {"<|begin_of_solution|>": "<|end_of_solution|>", "<|start_response|>": "<|end_response|>"}
WRAPPER_ENDS = frozenset(WRAPPERS.values())
