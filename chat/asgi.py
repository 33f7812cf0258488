"""The ASGI application, for any server. Importing it starts nothing: see `chat/generation/engine.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chat.settings")
django.setup(set_prefix=False)

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from chat.serving.handler import PageHandler  # noqa: E402
from chat.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": PageHandler(),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
