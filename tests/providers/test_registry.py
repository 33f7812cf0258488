"""Providers from the environment, pooled, and their models listed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from chat.providers import listings
from chat.providers.base import ModelInfo, ProviderError
from chat.providers.configuration import ProviderConfig, configurations
from chat.providers.registry import Registry
from tests.providers.upstream import KEY, Upstream, running, whole


def configured(**environment: str) -> tuple[ProviderConfig, ...]:
    def read(name: str) -> str:
        return environment.get(name, "")

    return configurations(read, read)


def ids(configs: tuple[ProviderConfig, ...]) -> list[str]:
    return [config.id for config in configs]


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    async with running() as upstream:
        yield upstream


async def listed(registry: Registry, keys: Mapping[str, str] | None = None) -> list[ModelInfo]:
    try:
        return await registry.models(keys or {})
    finally:
        await registry.aclose()


def test_hosted_providers_are_always_offered_for_keys_of_ones_own() -> None:
    configs = configured(LOCAL_MODEL="off")
    assert ids(configs) == ["moonshot", "openrouter", "openai", "deepseek", "anthropic"]
    assert all(config.takes_key and not config.configured for config in configs)


def test_every_variable_has_its_effect() -> None:
    configs = configured(
        MOONSHOT_API_KEY=KEY,
        MOONSHOT_BASE_URL="https://api.moonshot.cn/v1/",
        VLLM_BASE_URL="http://gpu:8000/v1",
        SGLANG_BASE_URL="http://gpu:30000/v1",
        SGLANG_API_KEY=KEY,
        COMPATIBLE_BASE_URL="http://proxy/v1",
        COMPATIBLE_API_KEY=KEY,
        COMPATIBLE_MODELS="a, b",
        LOCAL_MODEL="/models/a.gguf",
        SCRIPTED_PROVIDER="on",
        SCRIPTED_SPEED="20",
    )
    by_id = {config.id: config for config in configs}
    assert ids(configs)[5:] == ["vllm", "sglang", "compatible", "local", "scripted"]
    assert by_id["moonshot"].base_url == "https://api.moonshot.cn/v1"
    assert by_id["moonshot"].configured
    assert by_id["vllm"].configured
    assert by_id["sglang"].api_key == KEY
    assert by_id["compatible"].models == ("a", "b")
    assert by_id["local"].models == ("/models/a.gguf",)
    assert by_id["scripted"].speed == 20
    assert KEY not in repr(configs)


def test_a_provider_is_made_once_per_key(tmp_path: Path) -> None:
    registry = Registry(configured(MOONSHOT_API_KEY=KEY), tmp_path)
    assert registry.get("moonshot") is registry.get("moonshot")
    assert registry.get("moonshot") is not registry.get("moonshot", "sk-alice")
    assert registry.get("moonshot", "sk-alice") is not registry.get("moonshot", "sk-bob")
    assert registry.name("moonshot") == "Moonshot AI"


def test_what_cannot_be_had_is_said_in_a_sentence(tmp_path: Path) -> None:
    registry = Registry(configured(), tmp_path)
    with pytest.raises(ProviderError, match=r"no key for OpenAI yet.*OPENAI_API_KEY"):
        registry.get("openai")
    with pytest.raises(ProviderError, match="no longer offers"):
        registry.get("gone")
    assert registry.name("gone") == "gone"


def test_a_users_key_never_goes_to_a_server_that_takes_none(tmp_path: Path) -> None:
    registry = Registry(configured(VLLM_BASE_URL="http://gpu/v1"), tmp_path)
    assert registry.get("vllm", "sk-alice") is registry.get("vllm")


async def test_the_servers_own_list_counts_and_the_catalogue_orders_it(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.answer = whole(
        "200 OK",
        b'{"data":[{"id":"text-embedding-3"},{"id":"new-model"},{"id":"o3"},{"id":"gpt-6.1-sol"}]}',
    )
    registry = Registry(
        configured(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path
    )
    models = await listed(registry)
    assert [model.id for model in models] == ["gpt-6.1-sol", "o3", "new-model"]
    assert models[0].name == "GPT-6.1 Sol"
    assert models[2].input_price is None


async def test_prices_of_a_list_are_per_million_tokens(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = whole(
        "200 OK",
        b'{"data":[{"id":"a/b","name":"B","context_length":99,"pricing":{"prompt":"0.0000006","completion":"x"}}]}',
    )
    registry = Registry(
        configured(OPENROUTER_API_KEY=KEY, OPENROUTER_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path
    )
    (model,) = await listed(registry)
    assert (model.name, model.context, model.input_price, model.output_price) == ("B", 99, 0.6, None)
    assert model.key == "openrouter/a/b"


async def test_a_provider_that_fails_does_not_hide_the_others(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = whole("200 OK", b'{"data":[{"id":"mine"}]}')
    registry = Registry(
        configured(VLLM_BASE_URL="http://127.0.0.1:1/v1", SGLANG_BASE_URL=upstream.url, LOCAL_MODEL="off"),
        tmp_path,
    )
    assert [model.key for model in await listed(registry)] == ["sglang/mine"]


async def test_a_key_that_is_refused_offers_nothing(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = whole("401 Unauthorized", b'{"error":{"message":"Incorrect API key provided."}}')
    registry = Registry(
        configured(OPENAI_API_KEY=KEY, OPENAI_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path
    )
    assert await listed(registry) == []


async def test_a_hosted_provider_without_a_list_offers_what_the_catalogue_knows(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.answer = whole("404 Not Found")
    registry = Registry(
        configured(MOONSHOT_API_KEY=KEY, MOONSHOT_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path
    )
    assert (await listed(registry))[0].id == "kimi-k3.1-pro"


async def test_a_list_is_asked_for_once_in_a_while(upstream: Upstream, tmp_path: Path) -> None:
    upstream.answer = whole("200 OK", b'{"data":[{"id":"mine"}]}')
    registry = Registry(configured(VLLM_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path)
    await registry.models({})
    await listed(registry)
    assert len(upstream.requests) == 1


async def test_the_first_model_of_the_first_provider_answers_until_someone_chooses(tmp_path: Path) -> None:
    configs = configured(COMPATIBLE_BASE_URL="http://proxy/v1", COMPATIBLE_MODELS="a,b")
    registry = Registry(configs, tmp_path)
    model = await registry.default_model({})
    await registry.aclose()
    assert model is not None
    assert model.key == "compatible/a"


async def test_no_provider_is_no_model(tmp_path: Path) -> None:
    assert await Registry(configured(LOCAL_MODEL="off"), tmp_path).default_model({}) is None


@pytest.mark.parametrize(
    ("status", "sentence"), [("200 OK", "The key works"), ("401 Unauthorized", "does not accept the key")]
)
async def test_a_key_can_be_tried(upstream: Upstream, tmp_path: Path, status: str, sentence: str) -> None:
    upstream.answer = whole(status, b'{"data":[]}')
    registry = Registry(configured(OPENROUTER_BASE_URL=upstream.url), tmp_path)
    provider = registry.get("openrouter", "sk-alice")
    try:
        said = await provider.check()
    except ProviderError as error:
        said = error.message
    await registry.aclose()
    assert sentence in said
    assert upstream.requests[0].line.startswith("GET /v1/key ")
    assert upstream.requests[0].headers["authorization"] == "Bearer sk-alice"


async def test_an_old_list_is_served_while_the_provider_is_asked_again_once(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "MODELS_ARE_FRESH_FOR", 0.0)
    go_on = asyncio.Event()
    upstream.answer = whole("200 OK", b'{"data":[{"id":"old"}]}')
    registry = Registry(configured(VLLM_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path)
    await registry.models({})
    fresh = whole("200 OK", b'{"data":[{"id":"new"}]}')

    async def late(writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await fresh(writer)

    upstream.answer = late
    looks = [await registry.models({}) for _ in range(3)]
    assert {model.id for models in looks for model in models} == {"old"}
    assert [model.id for model in registry.known_models({}) or ()] == ["old"]
    go_on.set()
    async with asyncio.timeout(5):
        while [model.id for model in registry.known_models({}) or ()] != ["new"]:
            await asyncio.sleep(0.01)
    await registry.aclose()
    assert len(upstream.requests) == 2


async def test_a_first_list_is_waited_for_a_little_and_shown_when_it_comes(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "FIRST_LIST_SECONDS", 0.2)
    go_on = asyncio.Event()
    mine = whole("200 OK", b'{"data":[{"id":"mine"}]}')

    async def late(writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await mine(writer)

    upstream.answer = late
    registry = Registry(configured(VLLM_BASE_URL=upstream.url, LOCAL_MODEL="off"), tmp_path)
    assert registry.known_models({}) is None
    assert await asyncio.gather(*(registry.models({}) for _ in range(5))) == [[]] * 5
    assert registry.known_models({}) == []
    asyncio.get_running_loop().call_later(0.1, go_on.set)
    assert [model.id for model in await registry.models({}, patience=5)] == ["mine"]
    assert [model.id for model in registry.known_models({}) or ()] == ["mine"]
    await registry.aclose()
    assert len(upstream.requests) == 1
