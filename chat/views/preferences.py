"""The settings page: every control saves at once, says so, and can be undone."""

import json

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from chat.generation import engine
from chat.generation.fanout import Note, user_topic
from chat.offers import models_for
from chat.preferences import Preferences, Unusable, change, preferences_of
from chat.preferences.values import as_text, read
from chat.views.controls import CONTROLS, PARAMETERS
from chat.views.key_cards import KEY_SAID, cards_for
from chat.views.parameter_notes import chosen
from chat.views.preview import preview
from chat.views.shortcuts import shortcuts_for
from chat.views.shown import NEEDS_MODELS, Just, sections_of, shown
from chat.views.signed_in import SignedIn

UNDO = "undo"
"""In a form: the text to go back to. In the session, for forms without JavaScript: by preference."""


@login_required
@never_cache
@require_safe
def page(request: SignedIn) -> HttpResponse:
    return _page(request, Just(undo=request.session.pop(UNDO, {})))


@login_required
@require_POST
def save(request: SignedIn, name: str) -> HttpResponse:
    """Stores one preference; with `undo` in the form, the one before it."""
    if name not in CONTROLS:
        raise Http404
    undoing = UNDO in request.POST
    text = request.POST.get(UNDO if undoing else name, "")
    before = preferences_of(request.user)
    try:
        value = read(name, text)
    except Unusable as error:
        return _refused(request, name, text, str(error))
    after = change(request.user, **{name: value})
    if after != before:
        announce(request.user, after)
    if request.htmx and after == before:
        return HttpResponse(status=204)
    undo = {} if undoing else {name: as_text(getattr(before, name))}
    return _fragment(request, name, after, undo) if request.htmx else _redirect(request, name, undo)


@login_required
@require_POST
def recommended(request: SignedIn) -> HttpResponse:
    """Back to what the maker of the chosen model recommends: mostly, to send nothing."""
    model = chosen(models_for(request.user), preferences_of(request.user).model)
    longest = model.recommended_max_tokens if model else None
    values = {"thinking": "auto", "effort": None, "max_tokens": longest, "temperature": None}
    announce(request.user, change(request.user, **values))
    return redirect(f"{reverse('chat:settings')}#defaults")


def announce(user: User, preferences: Preferences) -> None:
    """Tells every open page of this person, so that other tabs follow."""
    if (here := engine.current()) is not None:
        message = {"type": "preferences", "values": preferences.as_values()}
        here.announce(user_topic(user.pk), Note(json.dumps(message)))


def _fragment(request: SignedIn, name: str, after: Preferences, undo: dict[str, str]) -> HttpResponse:
    """Says "Saved" beside the control; an undone one is drawn anew, and so is what a model decides."""
    models = models_for(request.user) if name in NEEDS_MODELS else []
    others = PARAMETERS if name == "model" else ()
    context = {
        "shown": shown(CONTROLS[name], after, models, Just(undo)),
        "others": [shown(CONTROLS[other], after, models, Just()) for other in others],
    }
    response = render(request, "settings/_saved.html" if undo else "settings/_undone.html", context)
    response["HX-Trigger"] = json.dumps({"workings:preferences": after.as_values()})
    if not undo:
        response["HX-Retarget"], response["HX-Reswap"] = f"#preference-{name}", "outerHTML"
    return response


def _redirect(request: SignedIn, name: str, undo: dict[str, str]) -> HttpResponse:
    request.session[UNDO] = undo
    return redirect(f"{reverse('chat:settings')}#preference-{name}")


def _refused(request: SignedIn, name: str, text: str, sentence: str) -> HttpResponse:
    if request.htmx:
        return render(request, "settings/_error.html", {"name": name, "error": sentence}, status=422)
    return _page(request, Just(refused={name: (text, sentence)}), status=422)


def _page(request: SignedIn, just: Just, status: int = 200) -> HttpResponse:
    preferences = preferences_of(request.user)
    context = {
        "sections": sections_of(preferences, models_for(request.user), just),
        "cards": cards_for(request.user, request.session.pop(KEY_SAID, ("", "", True))),
        "shortcuts": shortcuts_for(preferences),
        "preview": preview(preferences),
    }
    return render(request, "settings/page.html", context, status=status)
