"""Calls of programs, of the site itself, of one's own account, and OAuth."""

from django.urls import path

from integrations.api import accounts, apps, docs, instance, oauth

# what this site has none of, told so
_NONE = (
    "v1/custom_emojis",
    "v1/announcements",
    "v1/domain_blocks",
    "v1/endorsements",
    "v1/featured_tags",
    "v1/followed_tags",
    "v1/instance/activity",
    "v1/instance/domain_blocks",
    "v1/instance/peers",
)

urlpatterns = [
    path("oauth/token", oauth.TokenView.as_view(), name="oauth-token"),
    path("oauth/revoke", oauth.RevokeView.as_view(), name="oauth-revoke"),
    path("oauth/userinfo", oauth.UserinfoView.as_view(), name="oauth-userinfo"),
    path(".well-known/oauth-authorization-server", oauth.ServerView.as_view(), name="oauth-server"),
    path(".well-known/nodeinfo", instance.NodeInfoLinksView.as_view(), name="nodeinfo-links"),
    path("nodeinfo/2.0", instance.NodeInfoView.as_view(), name="nodeinfo"),
    path("api/schema", docs.SchemaView.as_view(), name="api-schema"),
    path("api/docs", docs.docs_page, name="api-docs"),
    path("api/v1/apps", apps.AppsView.as_view(), name="api-apps"),
    path("api/v1/apps/verify_credentials", apps.AppView.as_view(), name="api-app"),
    path("api/v1/accounts", accounts.AccountsView.as_view(), name="api-accounts"),
    path(
        "api/v1/accounts/verify_credentials",
        accounts.VerifyCredentialsView.as_view(),
        name="api-verify-credentials",
    ),
    path(
        "api/v1/accounts/update_credentials",
        accounts.UpdateCredentialsView.as_view(),
        name="api-update-credentials",
    ),
    path("api/v1/profile", accounts.ProfileView.as_view(), name="api-profile"),
    path("api/v1/profile/avatar", accounts.AvatarView.as_view(), name="api-profile-avatar"),
    path("api/v1/profile/header", accounts.HeaderView.as_view(), name="api-profile-header"),
    path("api/v1/instance", instance.InstanceV1View.as_view(), name="api-instance-v1"),
    path("api/v2/instance", instance.InstanceView.as_view(), name="api-instance"),
    path("api/v1/instance/rules", instance.RulesView.as_view(), name="api-rules"),
    path("api/v1/instance/languages", instance.LanguagesView.as_view(), name="api-languages"),
    path("api/v1/instance/extended_description", instance.PageView.as_view(), name="api-about"),
    path("api/v1/instance/privacy_policy", instance.PrivacyPageView.as_view(), name="api-privacy"),
    path("api/v1/instance/terms_of_service", instance.TermsPageView.as_view(), name="api-terms"),
    path("api/v1/instance/translation_languages", instance.NoTranslationsView.as_view()),
    *[path(f"api/{name}", instance.NoneView.as_view()) for name in _NONE],
]
