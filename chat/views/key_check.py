"""Whether a provider takes a key, which it alone can say."""

from dataclasses import dataclass

from chat.offers import with_registry
from chat.providers.base import ProviderError
from chat.providers.configuration import ProviderConfig

REFUSALS = {401, 403}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused`: the provider said no. Where it neither `works` nor is refused, nobody knows."""

    sentence: str
    works: bool = False
    refused: bool = False


def check(config: ProviderConfig, key: str | None) -> Verdict:
    """Asks the provider, and waits for it a bounded time. Without a key, with the administrator's."""
    try:
        sentence = with_registry(lambda registry: registry.get(config.id, key).check())
    except ProviderError as error:
        return Verdict(error.message, refused=error.status in REFUSALS)
    except TimeoutError:
        return Verdict(f"{config.name} did not answer. Try again later.")
    return Verdict(sentence, works=True)
