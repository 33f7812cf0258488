"""Our own addresses under /accounts/. The rest there is allauth's."""

from django.urls import path

from accounts import people, views

app_name = "accounts"
urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/<int:user_id>/suspend/", people.suspend, name="suspend"),
    path("people/<int:user_id>/reinstate/", people.reinstate, name="reinstate"),
    path("people/<int:user_id>/reset-link/", people.reset_link, name="reset_link"),
    path(
        "people/<int:user_id>/remove-second-factor/",
        people.remove_second_factor,
        name="remove_second_factor",
    ),
]
