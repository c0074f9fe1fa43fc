"""The API and the programs that use it: the same wherever the site runs."""

from typing import Any

from corsheaders.defaults import default_headers

OAUTH2_PROVIDER_APPLICATION_MODEL = "integrations.Application"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "integrations.oauth.Server",
    "OAUTH2_BACKEND_CLASS": "integrations.oauth.Core",
    "OAUTH2_VALIDATOR_CLASS": "integrations.oauth.Validator",
    "SCOPES_BACKEND_CLASS": "integrations.oauth.Scopes",
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 10 * 60,  # some people carry the code over by hand
    "ACCESS_TOKEN_EXPIRE_SECONDS": 10 * 365 * 24 * 60 * 60,  # clients keep a token, and never refresh it
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "PKCE_REQUIRED": False,  # accepted; clients without it exist
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}
SILENCED_SYSTEM_CHECKS = [
    "oauth2_provider.W005",  # `iss` in the answer: no known client reads it
    "oauth2_provider.W008",  # http addresses: programs on one's own machine need them; all are compared whole
    "oauth2_provider.W010",  # PKCE is taken and not required: clients without it exist
]
API_AUTHENTICATION = "integrations.backends.BearerAuthentication"
REST_FRAMEWORK: dict[str, Any] = {  # the rest stands on twitterclone.lib.api.views.ApiView
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "twitterclone.lib.api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
}
CORS_ALLOW_ALL_ORIGINS = True  # tokens travel in a header; cookies are not allowed across origins
CORS_URLS_REGEX = r"^/(api|nodeinfo|\.well-known|oauth/(token|revoke|userinfo))(/.*)?$"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key"]
CORS_EXPOSE_HEADERS = [
    "Link",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "Idempotency-Key",
    "Retry-After",
]
