"""Workings' settings, read from the environment: `docs/configuration.md` lists every variable.

Production-safe by default. `make run` sets what a trial on one's own machine needs.
"""

import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from accounts.identity import identity_servers
from accounts.mail import mailer, sender
from chat import logging
from chat.db.address import database
from chat.environment import envbool, envchoice, envint, envlist, envmodel, envsecret, envstr
from chat.providers.registry import configurations

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(envstr("DATA_DIR") or BASE_DIR / ".data").resolve()

DEBUG = envbool("DEBUG")
SECRET_KEY = envsecret("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it (or SECRET_KEY_FILE) to a long random text, "
        f"for example {secrets.token_urlsafe(40)}, or start a local trial with `make run`."
    )

HOST = envstr("HOST", "127.0.0.1")
PORT = envint("PORT", 8000, low=1, high=65535)
LOOPBACK = {"127.0.0.1", "::1", "[::1]", "localhost"}
ON_LOOPBACK = HOST in LOOPBACK
PUBLIC_URL = envstr("PUBLIC_URL")
ALLOWED_HOSTS = envlist("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = envlist("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
TRUSTED_PROXY_COUNT = envint("TRUSTED_PROXY_COUNT", 0, high=10)
SECURE_COOKIES = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "accounts",
    "chat",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chat.nul.WithoutNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chat.expired.sentences_for_expired_pages",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "chat.urls"
ASGI_APPLICATION = "chat.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chat.context.preferences",
            ],
        },
    }
]

# Which of the two ways to run: a Redis address makes several processes one server.
REDIS_URL = envsecret("REDIS_URL")
SCALED = bool(REDIS_URL)
DATABASE_URL = envsecret("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'workings.sqlite3'}"
DATABASES: dict[str, Any] = {"default": database(DATABASE_URL)}
ON_SQLITE = DATABASES["default"]["ENGINE"] == "chat.db.sqlite"
if SCALED and ON_SQLITE:
    raise ImproperlyConfigured(
        "REDIS_URL is set, which makes several processes one server, and that needs PostgreSQL: "
        "set DATABASE_URL=postgres://…, or unset REDIS_URL to run as one process on SQLite."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
    if SCALED
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
# Where attempts to sign in are counted: by all processes together.
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if SCALED
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
if SCALED:
    INSTALLED_APPS.append("procrastinate.contrib.django")

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOCAL_TRIAL = ON_LOOPBACK and set(ALLOWED_HOSTS) <= LOOPBACK and not TRUSTED_PROXY_COUNT
"""Only this machine can reach the server: anyone may sign up, and the first needs no set-up code."""
SIGNUP = envchoice("SIGNUP", "open" if LOCAL_TRIAL else "invite", ("open", "invite", "closed"))
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.password_forms.ChangePasswordForm",
    "set_password": "accounts.password_forms.SetPasswordForm",
    "reset_password": "accounts.password_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.password_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.password_forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_COOKIES else "http"
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.second_factor.SignInCodeForm",
    "reauthenticate": "accounts.second_factor.ConfirmCodeForm",
    "add_webauthn": "accounts.second_factor.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL_TRIAL
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
# A link, since `form-action` also holds for where the identity server sends a form on to.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": {"APPS": identity_servers(envsecret, envstr)}}

# Mail
EMAIL_URL = envsecret("EMAIL_URL")
MAILERS = {"default": mailer(EMAIL_URL)}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = sender(EMAIL_URL)

# Providers, and the keys that protect what users entrust to us
LOCAL_MODEL = envmodel("LOCAL_MODEL")
PROVIDERS = configurations(envsecret, envstr)
ENCRYPTION_KEYS = [key.strip() for key in envsecret("ENCRYPTION_KEYS").split(",") if key.strip()]

# Limits
GENERATIONS_PER_USER = envint("GENERATIONS_PER_USER", 4, low=1)

# What the browser is told to allow: our own files, and nothing else
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE_COOKIES:
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "chat.storage.ModuleStaticFilesStorage"},
}

LOGGING = logging.configuration(
    level=envchoice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    form=envchoice("LOG_FORMAT", "text", ("text", "json")),
)

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
