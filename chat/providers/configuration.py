"""Which providers this installation has, read from the environment once, at the start.

Addresses are the admin's alone. A key that is configured here is sent to its own address and
nowhere else; a key that a user brings goes to the same address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

type Dialect = Literal["chat.completions", "responses", "anthropic", "local", "scripted"]
PROTOCOLS = ("chat.completions", "responses", "anthropic")
"""What a saved response body may be written in."""
type ReadVariable = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One place to send requests to. `id` also names its rows in the catalogue.

    `api_key` is the installation's own key, empty where there is none. `takes_key`: users may bring
    theirs. `keyless`: works without any. `models`: the ids to offer; where it is empty, the catalogue
    and then the server's own list say.
    """

    id: str
    name: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    takes_key: bool = False
    keyless: bool = False
    models: tuple[str, ...] = ()
    dialect: Dialect = "chat.completions"
    variable: str = ""
    """The environment variable that configures it, for sentences about what to do."""
    folder: str = ""
    speed: float = 1.0

    @property
    def configured(self) -> bool:
        """Whether it can be used without a key of the user's own."""
        return bool(self.api_key) or self.keyless


HOSTED = (
    ("moonshot", "Moonshot AI", "https://api.moonshot.ai/v1"),
    ("openrouter", "OpenRouter", "https://openrouter.ai/api/v1"),
    ("openai", "OpenAI", "https://api.openai.com/v1"),
    ("deepseek", "DeepSeek", "https://api.deepseek.com"),
    ("anthropic", "Anthropic", "https://api.anthropic.com/v1"),
)
SELF_HOSTED = (("vllm", "vLLM"), ("sglang", "SGLang"))
ON = {"1", "true", "yes", "on"}


def configurations(envsecret: ReadVariable, envstr: ReadVariable) -> tuple[ProviderConfig, ...]:
    """Every provider that this installation can offer, in the order in which defaults are sought.

    The hosted ones are always among them, since a user may bring a key. Raises what the two readers
    raise.
    """
    return (
        *(_hosted(id, name, url, envsecret, envstr) for id, name, url in HOSTED),
        *_self_hosted(envsecret, envstr),
        *_compatible(envsecret, envstr),
        *_local(envstr),
        *_scripted(envstr),
    )


def _hosted(id: str, name: str, url: str, envsecret: ReadVariable, envstr: ReadVariable) -> ProviderConfig:
    variable = f"{id.upper()}_API_KEY"
    address = envstr(f"{id.upper()}_BASE_URL") or url
    return ProviderConfig(id, name, _address(address), envsecret(variable), takes_key=True, variable=variable)


def _self_hosted(envsecret: ReadVariable, envstr: ReadVariable) -> list[ProviderConfig]:
    found = []
    for id, name in SELF_HOSTED:
        variable = f"{id.upper()}_BASE_URL"
        if url := envstr(variable):
            key = envsecret(f"{id.upper()}_API_KEY")
            found.append(ProviderConfig(id, name, _address(url), key, keyless=True, variable=variable))
    return found


def _compatible(envsecret: ReadVariable, envstr: ReadVariable) -> list[ProviderConfig]:
    url = envstr("COMPATIBLE_BASE_URL")
    if not url:
        return []
    models = tuple(word.strip() for word in envstr("COMPATIBLE_MODELS").split(",") if word.strip())
    return [
        ProviderConfig(
            "compatible",
            "Compatible server",
            _address(url),
            envsecret("COMPATIBLE_API_KEY"),
            keyless=True,
            models=models,
            variable="COMPATIBLE_BASE_URL",
        )
    ]


def _local(envstr: ReadVariable) -> list[ProviderConfig]:
    model = envstr("LOCAL_MODEL") or "auto"
    if model.lower() == "off":
        return []
    model = "auto" if model.lower() == "auto" else model
    return [
        ProviderConfig(
            "local", "This server", keyless=True, models=(model,), dialect="local", variable="LOCAL_MODEL"
        )
    ]


def _scripted(envstr: ReadVariable) -> list[ProviderConfig]:
    if envstr("SCRIPTED_PROVIDER").lower() not in ON:
        return []
    return [
        ProviderConfig(
            "scripted",
            "Scripted",
            keyless=True,
            dialect="scripted",
            variable="SCRIPTED_PROVIDER",
            folder=envstr("SCRIPTED_FOLDER"),
            speed=float(envstr("SCRIPTED_SPEED") or 1),
        )
    ]


def _address(url: str) -> str:
    return url.rstrip("/")
