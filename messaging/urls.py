"""Routes of messages."""

from django.urls import path

from messaging.views import actions, pages

urlpatterns = [
    path("messages/", pages.messages, name="messages"),
    path("messages/requests/", pages.message_requests, name="message-requests"),
    path("messages/new/", pages.new_conversation, name="conversation-new"),
    path("messages/search/", pages.search, name="message-search"),
    path("messages/badge/", pages.badge, name="messages-badge"),
    path("messages/with/<str:username>/", actions.StartView.as_view(), name="conversation-start"),
    path("messages/<id:conversation_id>/", pages.conversation, name="conversation"),
    path("messages/<id:conversation_id>/send/", actions.MessagesView.as_view(), name="message-create"),
    path("messages/<id:conversation_id>/reading/", actions.ReadingView.as_view(), name="conversation-read"),
    path("messages/<id:conversation_id>/typing/", actions.TypingView.as_view(), name="conversation-typing"),
    path(
        "messages/<id:conversation_id>/acceptance/",
        actions.AcceptanceView.as_view(),
        name="conversation-accept",
    ),
    path("messages/<id:conversation_id>/mute/", actions.MuteView.as_view(), name="conversation-mute"),
    path("messages/<id:conversation_id>/leave/", actions.LeaveView.as_view(), name="conversation-leave"),
    path(
        "messages/<id:conversation_id>/<id:message_id>/",
        actions.MessageView.as_view(),
        name="message",
    ),
]
