"""What the settings page shows of each provider and the user's key for it."""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import User
from chat.personal import ProviderKey
from chat.preferences.keys import is_readable
from chat.providers.configuration import ProviderConfig

KEY_SAID = "key_said"
"""The session's key for what a form without JavaScript is told: a provider, a sentence, good or bad."""


@dataclass(frozen=True, slots=True)
class KeyCard:
    """`said`: what a test, or a refused key, just came to; `went_well`: which of the two it was."""

    config: ProviderConfig
    key: ProviderKey | None
    readable: bool
    said: str = ""
    went_well: bool = True

    @property
    def managed(self) -> bool:
        """The administrator's own key serves everybody."""
        return self.config.configured


def cards_for(user: User, just: tuple[str, str, bool] = ("", "", True)) -> list[KeyCard]:
    """One per provider of this installation. `just`: a provider, what it said, and whether that is good."""
    keys = {key.provider: key for key in user.provider_keys.all()}
    provider, said, went_well = just
    return [
        _card(config, keys.get(config.id), said if config.id == provider else "", went_well=went_well)
        for config in settings.PROVIDERS
    ]


def card_for(user: User, config: ProviderConfig, said: str = "", *, went_well: bool = True) -> KeyCard:
    key = user.provider_keys.filter(provider=config.id).first()
    return _card(config, key, said, went_well=went_well)


def config_of(provider: str) -> ProviderConfig | None:
    return next((config for config in settings.PROVIDERS if config.id == provider), None)


def _card(
    config: ProviderConfig, key: ProviderKey | None, said: str = "", *, went_well: bool = True
) -> KeyCard:
    return KeyCard(config, key, key is None or is_readable(key), said, went_well)
