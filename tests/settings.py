"""The settings under test: Workings' own, on a database and a data folder of this process alone.

`TEST_ON=scaled` runs the suite on PostgreSQL and Redis, anything else on SQLite. What the developer's
own environment configures (providers, databases) is taken out first: no test may reach it.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.services import postgres_url, redis_url

FROM_THE_DEVELOPER = ("_API_KEY", "_API_KEY_FILE", "_BASE_URL", "_BASE_URL_FILE")
ALSO = {"ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "EMAIL_URL", "HOST", "PUBLIC_URL", "REDIS_URL"}
ALSO |= {"ENCRYPTION_KEYS", "OIDC_CLIENT_ID", "SECRET_KEY_FILE", "TRUSTED_PROXY_COUNT"}

_folder = tempfile.mkdtemp(prefix="workings-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

for _name in list(os.environ):
    if _name.endswith(FROM_THE_DEVELOPER) or _name in ALSO:
        del os.environ[_name]
os.environ.update(
    SECRET_KEY="only-for-tests",
    DATA_DIR=_folder,
    LOCAL_MODEL="off",
    SIGNUP="open",
)
if os.environ.get("TEST_ON") == "scaled":
    os.environ.update(DATABASE_URL=postgres_url(), REDIS_URL=redis_url())

from chat.settings import *  # noqa: E402, F403
from chat.settings import CHANNEL_LAYERS, DATABASES, SCALED, STORAGES  # noqa: E402

DATABASES["default"]["TEST"] = {
    "NAME": f"workings_test_{os.getpid()}" if SCALED else f"{_folder}/test.sqlite3",
}
if SCALED:
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"test-{os.getpid()}"
    from chat.settings import CACHES

    CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = Path(_folder)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
