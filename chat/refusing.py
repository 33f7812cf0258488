"""What a user asked for and cannot have."""


class Refused(Exception):
    """What was asked for cannot be done, in one sentence that says what to do instead."""

    def __init__(self, sentence: str, status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
