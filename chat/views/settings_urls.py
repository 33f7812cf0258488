"""The addresses under /settings/."""

from django.urls import path

from chat.views import keys, preferences

urlpatterns = [
    path("", preferences.page, name="settings"),
    path("recommended/", preferences.recommended, name="recommended"),
    path("keys/<slug:provider>/", keys.store, name="key"),
    path("keys/<slug:provider>/test/", keys.test, name="key_test"),
    path("keys/<slug:provider>/delete/", keys.delete, name="key_delete"),
    path("<slug:name>/", preferences.save, name="preference"),
]
