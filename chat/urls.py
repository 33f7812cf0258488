"""Every address of Workings. `chat/consumers.py` serves the two websocket ones."""

from django.urls import URLPattern, URLResolver, include, path

from chat.consumers import PageConsumer
from chat.views import (
    comparing,
    conversations,
    exports,
    folders,
    health,
    queueing,
    replies,
    sidebar,
    thinking,
    turns,
    versions,
)

chat_patterns: list[URLPattern | URLResolver] = [
    path("", conversations.new, name="new"),
    path("send/", conversations.start, name="start"),
    path("sidebar/", sidebar.sidebar, name="sidebar"),
    path("search/", include("chat.search.urls")),
    path("settings/", include("chat.views.settings_urls")),
    path("c/<uuid:conversation_id>/", conversations.conversation, name="conversation"),
    path("c/<uuid:conversation_id>/turns/", turns.turns, name="turns"),
    path("c/<uuid:conversation_id>/send/", conversations.send, name="send"),
    path("c/<uuid:conversation_id>/rename/", conversations.rename, name="rename"),
    path("c/<uuid:conversation_id>/pin/", conversations.pin, name="pin"),
    path("c/<uuid:conversation_id>/menu/", conversations.menu, name="menu"),
    path("c/<uuid:conversation_id>/move/", folders.move, name="move"),
    path("c/<uuid:conversation_id>/archive/", folders.archive, name="archive"),
    path("c/<uuid:conversation_id>/export/", exports.export, name="export"),
    path("c/<uuid:conversation_id>/delete/", conversations.delete, name="delete"),
    path("c/<uuid:conversation_id>/restore/", conversations.restore, name="restore"),
    path("c/<uuid:conversation_id>/draft/", conversations.draft, name="draft"),
    path("c/<uuid:conversation_id>/queue/", queueing.queue, name="queue"),
    path("c/<uuid:conversation_id>/queue/edit/", queueing.edit, name="queue_edit"),
    path("c/<uuid:conversation_id>/queue/remove/", queueing.remove, name="queue_remove"),
    path("c/<uuid:conversation_id>/queue/send/", queueing.send_now, name="queue_send"),
    path("archived/", folders.archived, name="archived"),
    path("folders/", folders.make, name="folders"),
    path("folders/<int:folder_id>/rename/", folders.rename, name="folder_rename"),
    path("folders/<int:folder_id>/unfold/", folders.unfold, name="folder_unfold"),
    path("folders/<int:folder_id>/delete/", folders.delete, name="folder_delete"),
    path("m/<uuid:message_id>/", replies.message, name="message"),
    path("m/<uuid:message_id>/text/", replies.text, name="text"),
    path("m/<uuid:message_id>/steps/", thinking.steps, name="steps"),
    path("m/<uuid:message_id>/echoes/", thinking.echoes, name="echoes"),
    path("m/<uuid:message_id>/statistics/", thinking.statistics, name="statistics"),
    path("m/<uuid:message_id>/pace/", thinking.pace, name="pace"),
    path("m/<uuid:message_id>/thinking/", thinking.plain, name="thinking"),
    path("m/<uuid:message_id>/stop/", replies.stop, name="stop"),
    path("m/<uuid:message_id>/now/", replies.now, name="now"),
    path("m/<uuid:message_id>/retry/", versions.retry, name="retry"),
    path("m/<uuid:message_id>/continue/", replies.carry_on, name="continue"),
    path("m/<uuid:message_id>/answer/", replies.answer, name="answer"),
    path("m/<uuid:message_id>/answer-now/", replies.answer_now, name="answer_now"),
    path("m/<uuid:message_id>/show/", versions.show, name="show"),
    path("m/<uuid:message_id>/again/", versions.again, name="again"),
    path("m/<uuid:question_id>/edit/", versions.edit, name="edit"),
    path("m/<uuid:message_id>/branch/", versions.branch, name="branch"),
    path("m/<uuid:message_id>/compare/", comparing.compare, name="compare"),
    path("m/<uuid:message_id>/wheel/", replies.wheel, name="wheel"),
]

urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("", include((chat_patterns, "chat"))),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
]

websocket_urlpatterns = [
    path("ws/", PageConsumer.as_asgi()),
    path("ws/c/<uuid:conversation_id>/", PageConsumer.as_asgi()),
]
