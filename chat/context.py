"""What every template may use."""

from django.http import HttpRequest

from chat.preferences import Preferences, preferences_of


def preferences(request: HttpRequest) -> dict[str, Preferences]:
    """The reader's preferences; the defaults for nobody."""
    user = request.user
    return {"preferences": preferences_of(user) if user.is_authenticated else Preferences()}
