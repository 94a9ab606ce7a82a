"""Settings, all from the environment (or .env). See .env.example for what each one means."""

from datetime import timedelta
from decimal import Decimal
from email.utils import parseaddr
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from commpeak.admin_theme import ADMIN_THEME
from commpeak.logs import logging_settings
from commpeak.production import refuse_unsafe_production
from commpeak.schedule import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- where and how we run -------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="insecure-development-key" if DEBUG else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

ROOT_URLCONF = "commpeak.urls"
WSGI_APPLICATION = "commpeak.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "auditlog",
    "axes",
    "csp",
    "django_htmx",
    "ninja",  # serves the files of the API's own page
    "accounts",
    "billing",
    "payments",
    "commpeak",  # last: it gives the roles of staff the permissions of all the others
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "commpeak.staff_second_factor.StaffSecondFactorMiddleware",
    "commpeak.lib.audit_log.AuditLogMiddleware",
    "accounts.middleware.CurrentCustomerMiddleware",
    "payments.middleware.ViewAsCustomerMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context_processors.bell",
                "billing.context_processors.header_balances",
                "payments.context_processors.stopped_refills",
            ],
            "builtins": ["commpeak.lib.template_filters"],
        },
    },
]

# --- data -----------------------------------------------------------------------------------
# A socket is written postgres:////folder/name; PostgreSQL 15 or newer is the only database
# supported, since the ledger's guarantees are its constraints and triggers.
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://localhost/commpeak")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE_SECONDS", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
CACHES = {
    "default": {
        "BACKEND": "commpeak.forgiving_cache.ForgivingRedisCache",
        "LOCATION": env.str(
            "CACHE_URL", default=env.str("CELERY_BROKER_URL", default="redis://localhost")
        ),
    }
}

# --- work in the background -----------------------------------------------------------------
# Work lives in PostgreSQL; a message only wakes a worker early. Figures were measured, see
# docs/decisions/0003-background-work.md.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# how often the database is asked for work whose message was lost
SWEEP_SECONDS = env.int("SWEEP_SECONDS", default=15)
CELERY_BEAT_SCHEDULE = beat_schedule(
    sweep_seconds=SWEEP_SECONDS, is_by_the_clock=env.bool("WORK_BY_THE_CLOCK", default=True)
)

# --- who may come in ------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_REDIRECT_URL = "/"

# Customers log in by django-allauth. Its limits are per address of the network and per login.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "commpeak.signup.SignupAdapter"
ACCOUNT_FORMS = {"signup": "commpeak.signup.PortalSignupForm"}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.split(":", maxsplit=1)[0]
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a message for each change of password or second factor
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A code is typed into the page that asked for it: it works when the mail is read on the phone,
# and no mail scanner can use it up as it does with a link.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# Three at once, since a form sent twice asks for two; enough for people, too few to flood a box.
ACCOUNT_RATE_LIMITS = {"confirm_email": "3/20s/key,10/h/key"}
MFA_ADAPTER = "commpeak.second_factors.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    f"{step}_webauthn": f"accounts.forms.passkeys.{step.capitalize()}PasskeyForm"
    for step in ("add", "signup", "login", "authenticate", "reauthenticate")
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_ISSUER = "CommPeak"
MFA_TOTP_TOLERANCE = 1  # clocks of phones are up to 30 seconds off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost

# Staff log in at /admin/, with a second factor, which production insists on.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=not DEBUG)
# Guessing there is slowed down by django-axes: it locks a pair of login and address.
AXES_WHITELIST_CALLABLE = "commpeak.admin_lock.is_not_admin_login"
AXES_USERNAME_CALLABLE = "commpeak.admin_lock.typed_login"
AXES_USERNAME_FORM_FIELD = "username"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_CLIENT_IP_CALLABLE = "commpeak.lib.client_address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the sessions of a user are listed by allauth
AXES_ENABLE_ADMIN = False  # read-only lists of log lines, which nobody needs in the menu
AXES_VERBOSE = False

# Whose rows leave an entry in the audit log each time they are saved: what staff type into plain
# forms. Nothing that calls, payments or visits write: it would be logged row by row.
AUDITLOG_INCLUDE_TRACKING_MODELS = [
    {
        "model": "accounts.User",
        "exclude_fields": ["last_login"],
        "mask_fields": ["password"],
        "mask_callable": "commpeak.lib.audit_log.hidden",
        "m2m_fields": ["groups", "user_permissions"],
    },
    "accounts.Customer",
    "accounts.Address",
    "accounts.Membership",
    "accounts.TermsVersion",
    {"model": "billing.PromoCode", "exclude_fields": ["uses_count"]},
    "billing.Switch",
    {"model": "billing.SwitchToken", "exclude_fields": ["digest", "last_used_at"]},
    "payments.BankAccount",
    {"model": "mfa.Authenticator", "include_fields": ["user", "type", "created_at"]},
]

# --- e-mail ---------------------------------------------------------------------------------
_email = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=_email["EMAIL_BACKEND"])
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
# where file backends keep messages
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", default=str(BASE_DIR / ".run" / "mail"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="billing@localhost")

# --- language, time, money ------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# What one top-up may be and what a balance may hold, in units of the currency. A currency is
# offered when it is listed here. No figure is published for the product; these are defaults.
TOP_UP_LIMITS: dict[str, dict[str, Decimal]] = {
    currency: {name: Decimal(str(amount)) for name, amount in limits.items()}
    for currency, limits in env.json(
        "TOP_UP_LIMITS",
        default={
            currency: {
                "top_up_min": "10",
                "top_up_max": "5000",
                "balance_max": "20000",
                # until a customer's first top-up is this many days old, this much per 24 hours
                "new_customer_daily_max": "500",
            }
            for currency in ("USD", "EUR", "GBP")
        },
    ).items()
}
CURRENCIES = list(TOP_UP_LIMITS)
ACCOUNT_CURRENCY = env.str("ACCOUNT_CURRENCY", default="USD")
if ACCOUNT_CURRENCY not in CURRENCIES:
    raise ImproperlyConfigured(f"ACCOUNT_CURRENCY {ACCOUNT_CURRENCY} has no TOP_UP_LIMITS")
SIGNUP_CREDIT_LIMIT = Decimal(env.str("SIGNUP_CREDIT_LIMIT", default="5"))
NEW_CUSTOMER_DAYS = env.int("NEW_CUSTOMER_DAYS", default=30)
# staff move more than this only with a second person who confirms it
SECOND_PERSON_ABOVE: dict[str, Decimal] = {
    currency: Decimal(str(amount))
    for currency, amount in env.json(
        "SECOND_PERSON_ABOVE", default=dict.fromkeys(CURRENCIES, "1000")
    ).items()
}
# what the page on payment methods says of fees, by the code of the method, where the operator
# takes one outside of the portal: nothing here is taken off what a customer pays
METHOD_FEES: dict[str, str] = env.json("METHOD_FEES", default={})
# how old usage may be when a switch reports it for the first time
USAGE_DAYS_MAX = env.int("USAGE_DAYS_MAX", default=35)
# the operator's guard: above so many automatic refills in an hour, no more are started and
# staff are told
REFILLS_PER_CUSTOMER_PER_HOUR_MAX = env.int("REFILLS_PER_CUSTOMER_PER_HOUR_MAX", default=6)
REFILLS_PER_HOUR_MAX = env.int("REFILLS_PER_HOUR_MAX", default=1000)

# --- gateways -------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_PUBLISHABLE_KEY = env.str("STRIPE_PUBLISHABLE_KEY", default="")
# several while one is being rotated: each is tried
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/")
STRIPE_JS_URL = env.str("STRIPE_JS_URL", default="https://js.stripe.com/v3/")

PAYPAL_CLIENT_ID = env.str("PAYPAL_CLIENT_ID", default="")
PAYPAL_CLIENT_SECRET = env.str("PAYPAL_CLIENT_SECRET", default="")
PAYPAL_MERCHANT_ID = env.str("PAYPAL_MERCHANT_ID", default="")
PAYPAL_WEBHOOK_ID = env.str("PAYPAL_WEBHOOK_ID", default="")
PAYPAL_API_BASE = env.str("PAYPAL_API_BASE", default="https://api-m.paypal.com").rstrip("/")

# where payers agree. PayPal has it beside its API, our sandbox under the same address
PAYPAL_PAYER_BASE = {
    "https://api-m.paypal.com": "https://www.paypal.com",
    "https://api-m.sandbox.paypal.com": "https://www.sandbox.paypal.com",
}.get(PAYPAL_API_BASE, PAYPAL_API_BASE)

# crypto by a BTCPay Server: its public address, a key of its API, and the store's id
BTCPAY_URL = env.str("BTCPAY_URL", default="").rstrip("/")
BTCPAY_API_KEY = env.str("BTCPAY_API_KEY", default="")
BTCPAY_STORE_ID = env.str("BTCPAY_STORE_ID", default="")
# several while one is being rotated: each is tried
BTCPAY_WEBHOOK_SECRETS = env.list("BTCPAY_WEBHOOK_SECRETS", default=[])
# 1, 2 or 6: BTCPay waits for no other numbers
BTCPAY_CONFIRMATIONS = env.int("BTCPAY_CONFIRMATIONS", default=6)
# how long the rate of an invoice is guaranteed, and for how long after that what comes is noticed
BTCPAY_RATE_MINUTES = env.int("BTCPAY_RATE_MINUTES", default=15)
BTCPAY_LATE_DAYS = env.int("BTCPAY_LATE_DAYS", default=7)
# named on the pages: what the server takes, and what people send by mistake
CRYPTO_NETWORKS = env.list("CRYPTO_NETWORKS", default=["Bitcoin (BTC)"])
CRYPTO_NETWORKS_REFUSED = env.list(
    "CRYPTO_NETWORKS_REFUSED",
    default=["BNB Smart Chain (BEP-20)", "Tron (TRC-20)", "Polygon", "Solana"],
)
if BTCPAY_CONFIRMATIONS not in {1, 2, 6}:
    raise ImproperlyConfigured("BTCPAY_CONFIRMATIONS must be 1, 2 or 6")

# Stripe's own events stay well below this; larger bodies are refused unread.
WEBHOOK_BYTES_MAX = 256 * 1024

# whom customers write to about payments
BILLING_EMAIL = env.str("BILLING_EMAIL", default=parseaddr(DEFAULT_FROM_EMAIL)[1])

# --- files of customers ---------------------------------------------------------------------
# Uploads stop at the size of the largest document we take (commpeak/lib/upload_limit.py) and are
# kept where no web server finds them.
FILE_UPLOAD_HANDLERS = [
    "commpeak.lib.upload_limit.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
PRIVATE_FILES_ROOT = env.str("PRIVATE_FILES_ROOT", default=str(BASE_DIR / ".run" / "private"))

# --- pages ----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "static"]
# in development files are served from where they are written
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "commpeak.static_storage.PortalStaticFilesStorage"
    },
}
FORM_RENDERER = "commpeak.form_renderer.PortalFormRenderer"

UNFOLD = ADMIN_THEME

# Nothing inline and nothing foreign but the card fields, which Stripe serves and frames.
_STRIPE_JS_ORIGIN = "/".join(STRIPE_JS_URL.split("/")[:3])
_STRIPE_PARTS = "https://*.js.stripe.com"  # Stripe.js loads some of its own from there
_STRIPE_ORIGINS = sorted({_STRIPE_JS_ORIGIN, STRIPE_API_BASE})
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],  # Unfold evaluates inline scripts (Alpine)
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE, _STRIPE_JS_ORIGIN, _STRIPE_PARTS],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],  # the QR code for the authenticator app
        "connect-src": [SELF, *_STRIPE_ORIGINS],
        "frame-src": [*_STRIPE_ORIGINS, _STRIPE_PARTS, "https://hooks.stripe.com"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],  # the pay page adds the gateway's page that it leads to
        "frame-ancestors": [NONE],
    },
}

# --- security -------------------------------------------------------------------------------
# Everything that needs HTTPS is off in development only.
SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
# believed only when a proxy of ours, which must set or remove the header, stands in front
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax: the way back from a 3-D Secure page must find the customer logged in
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=14 * 24 * 3600)
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- log ------------------------------------------------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_settings(level=LOG_LEVEL, as_json=not DEBUG)

if not DEBUG:
    refuse_unsafe_production(globals())
