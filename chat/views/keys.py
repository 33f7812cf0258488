"""Users' own provider keys: store, test, delete. No answer of these ever holds a key."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import User
from chat.offers import models_for
from chat.preferences import Unusable, key_for, keys, preferences_of
from chat.providers.configuration import ProviderConfig
from chat.views.controls import CONTROLS, PARAMETERS
from chat.views.key_cards import KEY_SAID, card_for, config_of
from chat.views.key_check import check
from chat.views.shown import Just, Shown, shown
from chat.views.signed_in import SignedIn


@login_required
@require_POST
@sensitive_post_parameters("key")
def store(request: SignedIn, provider: str) -> HttpResponse:
    """Keeps a key unless the provider refuses it: its models would be offered, and none would answer."""
    config = _config(provider)
    if not config.takes_key or config.configured:
        raise Http404
    try:
        key = keys.usable(request.POST.get("key", ""))
    except Unusable as error:
        return _card(request, config, str(error), went_well=False, status=422)
    verdict = check(config, key)
    if verdict.refused:
        return _card(request, config, f"Not saved: {verdict.sentence}", went_well=False, status=422)
    keys.store(request.user, provider, key)
    said = "Saved. " if verdict.works else "Saved, but it could not be tested: "
    return _card(request, config, said + verdict.sentence, went_well=verdict.works, changed=True)


@login_required
@require_POST
def test(request: SignedIn, provider: str) -> HttpResponse:
    """Asks the provider whether the key works, and shows what it says."""
    config = _config(provider)
    verdict = check(config, key_for(request.user.pk, provider))
    return _card(request, config, verdict.sentence, went_well=verdict.works)


@login_required
@require_POST
def delete(request: SignedIn, provider: str) -> HttpResponse:
    config = _config(provider)
    keys.delete(request.user, provider)
    return _card(request, config, "Deleted", changed=True)


def _config(provider: str) -> ProviderConfig:
    config = config_of(provider)
    if config is None:
        raise Http404
    return config


def _card(
    request: SignedIn,
    config: ProviderConfig,
    said: str,
    *,
    went_well: bool = True,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The provider's card anew; a refused key stays in its field, and only the sentence is drawn."""
    if not request.htmx:
        request.session[KEY_SAID] = [config.id, said, went_well]
        return redirect(f"{reverse('chat:settings')}#key-{config.id}")
    card = card_for(request.user, config, said, went_well=went_well)
    if status == 422:
        response = render(request, "settings/_key_said.html", {"card": card}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = f"#said-{config.id}", "innerHTML"
        return response
    others = _what_models_decide(request.user) if changed else []
    return render(request, "settings/_key_changed.html", {"card": card, "others": others})


def _what_models_decide(user: User) -> list[Shown]:
    """With a key, models come and go."""
    preferences, models = preferences_of(user), models_for(user)
    return [shown(CONTROLS[name], preferences, models, Just()) for name in ("model", *PARAMETERS)]
