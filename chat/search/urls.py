"""The addresses under /search/."""

from django.urls import path

from chat.search import views

urlpatterns = [
    path("", views.page, name="search"),
    path("hits/", views.hits, name="search_hits"),
]
