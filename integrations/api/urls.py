"""Calls of programs, of the instance, and OAuth."""

from django.urls import path

from integrations.api import apps, oauth

urlpatterns = [
    path("oauth/token", oauth.TokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", oauth.RevokeView.as_view(), name="oauth-revoke"),
    path("oauth/userinfo", oauth.UserinfoView.as_view(), name="oauth-userinfo"),
    path(".well-known/oauth-authorization-server", oauth.ServerView.as_view(), name="oauth-server"),
    path("api/v1/apps", apps.AppsView.as_view(), name="api-apps"),
    path("api/v1/apps/verify_credentials", apps.AppView.as_view(), name="api-app"),
]
