"""Every address of Workings. `chat/consumers.py` serves the two websocket ones."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
]
