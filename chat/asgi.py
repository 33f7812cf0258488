"""The ASGI application, for any server. Importing it starts nothing: see `chat/generation/engine.py`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chat.settings")
django.setup(set_prefix=False)

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from chat import goodbyes
from chat.handler import PageHandler
from chat.urls import websocket_urlpatterns

goodbyes.connect()
application = ProtocolTypeRouter(
    {
        "http": PageHandler(),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
