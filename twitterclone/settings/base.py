"""Everything that is true everywhere. The environment is read here and nowhere else.

Sections: paths, site, applications, middleware, templates, database, Redis, Celery, Channels,
accounts and sessions, security, languages, static files, logging, and last our own constants. What the
environment says nothing of and is long stands beside this file: the API, and what beat does when.
"""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from twitterclone.lib import sentinels
from twitterclone.settings import buckets
from twitterclone.settings.api import *  # noqa: F403 -- a section of its own
from twitterclone.settings.database import database, replica
from twitterclone.settings.schedule import *  # noqa: F403 -- likewise

# Paths

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

# Site

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
SITE_NAME = env.str("SITE_NAME", default="Twitterclone")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
VERSION = "0.2"
CONFIRM_EMAIL = env.bool("CONFIRM_EMAIL", default=True)
RATE_LIMITS = env.bool("RATE_LIMITS", default=True)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many of our own stand before the site
ROOT_URLCONF = "twitterclone.urls"
WSGI_APPLICATION = "twitterclone.wsgi.application"
ASGI_APPLICATION = "twitterclone.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "twitterclone.views.csrf_failure"

# Applications, from the lowest step of the staircase to the highest

INSTALLED_APPS = [
    "twitterclone",
    "accounts",
    "media",
    "social",
    "tweets",
    "messaging",
    "moderation",
    "notifications",
    "integrations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "corsheaders",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "psql_partition",
    "rest_framework",
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "django_htmx",
    "django_prometheus",
]

# Middleware

MIDDLEWARE = [
    "twitterclone.watching.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "twitterclone.middleware.ApiAddressMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer, so that lengths tell nothing
    "twitterclone.lib.csp.PolicyMiddleware",
    "accounts.middleware.SessionMiddleware",
    "twitterclone.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "twitterclone.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "twitterclone.middleware.DomainErrorMiddleware",
    "accounts.middleware.MovedMiddleware",
]

# Templates

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "accounts.context_processors.viewer",
                "django.contrib.messages.context_processors.messages",
                "tweets.context_processors.aside",
                "messaging.context_processors.unread",
                "notifications.context_processors.unread",
                "twitterclone.context_processors.site",
                "twitterclone.context_processors.place",
                "twitterclone.context_processors.form_token",
            ],
        },
    }
]

# Database

# commands connect past a pooler: migrations and the like need a session of their own
_DIRECT = env.str("DATABASE_DIRECT_URL", default="") if env.bool("DATABASE_DIRECT", default=False) else ""
_PREPARED = "prepared"  # a pooler that knows prepared statements
_POOLED = "" if _DIRECT else env.str("DATABASE_POOLED", default="")
DATABASE_POOLED = _POOLED == _PREPARED or env.parse_value(_POOLED or "false", bool)
HAS_POOLER = env.str("DATABASE_POOLED", default="").lower() not in ("", "false", "off", "0", "no")
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(
        env.db_url_config(_DIRECT)
        if _DIRECT
        else env.db_url("DATABASE_URL", default="postgresql://127.0.0.1:5432/twitterclone"),
        pool=env.int("DATABASE_POOL", default=8),
        pooled=DATABASE_POOLED,
        prepares=_POOLED == _PREPARED,
    )
}
# Replicas, of which pages that may lag read; docs/operations/replicas.md
REPLICAS = {
    f"replica{number}": url for number, url in enumerate(env.list("DATABASE_REPLICA_URLS", default=[]), 1)
}
REPLICA_MAX_BYTES = env.int("REPLICA_MAX_BYTES", default=16 * 1024**2)  # one further behind is not used
REPLICA_MAX_SECONDS = env.float("REPLICA_MAX_SECONDS", default=5.0)  # nor one that has been for so long
DATABASES |= {
    _name: replica(env.db_url_config(_url), DATABASES["default"]) for _name, _url in REPLICAS.items()
}
if REPLICAS:
    DATABASE_ROUTERS = ["twitterclone.lib.replicas.Router"]
    _place = MIDDLEWARE.index("accounts.middleware.AuthenticationMiddleware") + 1
    MIDDLEWARE.insert(_place, "twitterclone.lib.replicas.ReplicaMiddleware")
POSTGRES_EXTRA_DB_BACKEND_BASE = "twitterclone.lib.postgres"
POSTGRES_EXTRA_AUTO_EXTENSION_SET_UP = False
PSQLEXTRA_PARTITIONING_MANAGER = "tweets.partitions.manager"

# Redis, in roles: one server by default, an URL each when they part

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
REDIS_PREFIX = env.str("REDIS_PREFIX", default="tc")
REDIS_ROLES = {
    "timelines": env.str("REDIS_TIMELINES_URL", default=REDIS_URL),
    "sessions": env.str("REDIS_SESSIONS_URL", default=REDIS_URL),
    "cache": env.str("REDIS_CACHE_URL", default=REDIS_URL),
    "broker": env.str("REDIS_BROKER_URL", default=REDIS_URL),
    "channels": env.str("REDIS_CHANNELS_URL", default=REDIS_URL),
}
_CACHE, _CACHE_OPTIONS = sentinels.cache_options(REDIS_ROLES["cache"])
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "twitterclone.lib.cache.OwnCache",
        "LOCATION": _CACHE,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
        "TIMEOUT": 600,
        # what is cached can be found anew: a cache that is away slows a page and breaks none
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 5,
            "IGNORE_EXCEPTIONS": True,
            **_CACHE_OPTIONS,
        },
    }
}

# Celery: the hands. What must not be lost is a row in the outbox, so a task may be.

CELERY_BROKER_URL, _BROKER_OPTIONS = sentinels.broker_options(REDIS_ROLES["broker"])
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # however long it is away
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "global_keyprefix": f"{REDIS_PREFIX}:",
    "socket_connect_timeout": 1,
    "socket_timeout": 3,  # a broker that takes the connection and says nothing must not hold a request
    **_BROKER_OPTIONS,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # of late acknowledgers: we have none
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "twitterclone.tasks.sweep_outbox": {"queue": "outbox"},
    "twitterclone.tasks.drain_outbox": {"queue": "fanout"},
    "twitterclone.tasks.drain_bulk": {"queue": "fanout-big"},
    "accounts.tasks.send_mail": {"queue": "mail"},
    "media.tasks.process_media": {"queue": "media"},
    "media.tasks.process_waiting_media": {"queue": "media"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# Channels

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            # redis-py 8 drops idle subscribers after 5 s unless told to wait for ever
            "hosts": [{**sentinels.channels_host(REDIS_ROLES["channels"]), "socket_timeout": None}],
            "prefix": f"{REDIS_PREFIX}:channels",
        },
    }
}

# Accounts and sessions

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.LoginBackend"]
PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2Hasher"]
PASSWORDS_AT_ONCE = env.int("PASSWORDS_AT_ONCE", default=2)  # hashed at the same time in one process
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NameSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if CONFIRM_EMAIL else "none"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # to change addresses, and to take one's data away
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition(":")[0]
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {} if RATE_LIMITS else False
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Twitterclone <noreply@localhost>")

# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# The API, and the programs that use it

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "The Mastodon client protocol, as this site speaks it. Ids are strings.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "Token": {"type": "http", "scheme": "bearer", "description": "An access token; see docs/api.md"}
        }
    },
}

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]  # a language joins with its catalogue, not before
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]

# Media: what was made of uploads is public under MEDIA_URL, the uploads themselves are nobody's to see

MEDIA_URL = env.str("MEDIA_URL", default="/media/files/")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
MEDIA_QUOTA = env.int("MEDIA_QUOTA", default=2 * 1024**3)  # bytes one person may keep
MEDIA_BUCKET = env.str("MEDIA_BUCKET", default="")  # an S3 bucket instead of folders
FFMPEG = env.str("FFMPEG", default="")  # "": the first found; "off": no videos
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": MEDIA_URL},
    },
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("UPLOADS_ROOT", default=str(DATA_DIR / "uploads"))},
    },
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("EXPORTS_ROOT", default=str(DATA_DIR / "exports"))},
    },
    "staticfiles": {"BACKEND": "twitterclone.lib.static.StaticStorage"},
}

if MEDIA_BUCKET:
    STORAGES |= buckets.stores(
        MEDIA_BUCKET,
        endpoint_url=env.str("MEDIA_S3_ENDPOINT", default=None),
        region_name=env.str("MEDIA_S3_REGION", default=None),
        access_key=env.str("MEDIA_S3_KEY", default=None),
        secret_key=env.str("MEDIA_S3_SECRET", default=None),
    )
if "://" in MEDIA_URL:  # the files are on another host: pages may show them
    _FILES = "/".join(MEDIA_URL.split("/")[:3])
    for _directive in ("img-src", "media-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive].append(_FILES)

# Logging

LOG_FORMAT = env.str("LOG_FORMAT", default="plain")  # or json
# a process is called as its folder of counts is, unless it is told otherwise
PROCESS_ROLE = env.str("PROCESS_ROLE", default=Path(env.str("PROMETHEUS_MULTIPROC_DIR", default="")).name)
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "twitterclone.lib.logs.PlainFormatter",
            "format": "%(levelname)s %(name)s: %(message)s",
        },
        "json": {
            "()": "twitterclone.lib.logs.JsonFormatter",
            "role": PROCESS_ROLE,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        # who serves has a format of its own and tells of each request, and Celery of each task
        **{name: {"handlers": ["console"], "propagate": False} for name in ("uvicorn", "_granian")},
        **{name: {"level": "WARNING"} for name in ("celery", "kombu", "uvicorn.access")},
        "psycopg.pool": {"level": "ERROR"},  # whoever wanted a connection says so
        # what is asked for wrongly is answered and counted: robots do it all day, and names stand in it
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

# Figures for Prometheus: for nobody unless one of these says for whom

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_ALLOWED = env.list("METRICS_ALLOWED", default=[])

# Traces and errors sent elsewhere; both need requirements-observe.txt

OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT = env.str("SENTRY_ENVIRONMENT", default="production")

# Our own constants

TIMELINE_MAX = 800  # entries of a home timeline kept in Redis; older ones come from PostgreSQL
TIMELINE_TTL = 60 * 60 * 24 * 28  # seconds a timeline that nobody reads is kept; shorter than ACTIVE_DAYS
BUILD_BEHIND = True  # cold timelines, by a thread behind the answer; where tests share a transaction, at once
FANOUT_BATCH = env.int("FANOUT_BATCH", default=500)  # by one round trip; readers wait behind it
FANOUT_STEP = env.int("FANOUT_STEP", default=2000)  # followers served at once; the rest in a slower queue
TIMELINE_BUCKETS = env.int("TIMELINE_BUCKETS", default=1)  # for a cluster: some dozens a node
BIG_AUTHOR_FOLLOWERS = env.int("BIG_AUTHOR_FOLLOWERS", default=100_000)  # docs/fan-out.md
ACTIVE_DAYS = 30  # followers seen within these days have their timeline filled ahead
PAGE_SIZE = 20
TWEET_LENGTH = 280
