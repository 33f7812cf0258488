"""The Dockerfile and compose.yaml fit what they start and one another. No engine is needed."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from chat.environment import envmodel, envstr
from chat.providers.configuration import configurations

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return loaded


def test_what_the_image_copies_is_sent_to_the_builder() -> None:
    sent = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    copied = [path for line in lines for path in line.split()]
    assert set(copied) == set(sent) - {"**/__pycache__"}
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_the_image_runs_as_nobody_in_particular_and_says_how_it_is() -> None:
    assert re.search(r"^USER 10001$", DOCKERFILE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*bin/healthy", DOCKERFILE, re.MULTILINE)
    assert "ca-certificates" in DOCKERFILE


def test_the_image_holds_no_secret_key() -> None:
    assert not re.search(r"^(ENV|ARG) .*SECRET_KEY", DOCKERFILE, re.MULTILINE)


def test_the_local_model_is_built_in_and_asked_for_by_the_same_words(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    installs = set(re.findall(r"^    ([a-z]+)\) .*;; \\$", DOCKERFILE, re.MULTILINE))
    assert installs == {"auto", "off"}
    documented = (ROOT / "docs/operations.md").read_text()
    used = set(re.findall(r"LOCAL_MODEL=(\w+)", DOCKERFILE + documented))
    used |= {
        service["build"]["args"]["LOCAL_MODEL"]
        for service in compose["services"].values()
        if "build" in service
    }
    assert used == installs
    for word in used:
        monkeypatch.setenv("LOCAL_MODEL", word)
        assert envmodel("LOCAL_MODEL") == word
        local = [each.models for each in configurations(envstr, envstr) if each.id == "local"]
        assert local == ([("auto",)] if word == "auto" else [])


def test_every_service_waits_for_services_that_exist(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for other, condition in service.get("depends_on", {}).items():
            assert other in compose["services"], name
            if condition["condition"] == "service_healthy":
                assert "test" in compose["services"][other]["healthcheck"], other


def test_every_command_is_one_of_manage_py(compose: dict[str, Any]) -> None:
    ours = [service for service in compose["services"].values() if service.get("build")]
    assert {service["command"][0] for service in ours} == {"serve", "worker", "migrate"}
    for command in ("serve", "worker"):
        assert (ROOT / f"chat/management/commands/{command}.py").exists()


def test_every_volume_that_is_mounted_is_declared(compose: dict[str, Any]) -> None:
    mounted = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"])


def test_the_example_environment_sets_what_compose_requires(compose: dict[str, Any]) -> None:
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))
    example = set(re.findall(r"^(\w+)=", (ROOT / "docs/example.env").read_text(), re.MULTILINE))
    assert required | {"SECRET_KEY"} <= example
