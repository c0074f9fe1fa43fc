"""How passwords are hashed."""

import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2Hasher(Argon2PasswordHasher):
    """Argon2id as OWASP advises: 19 MiB, two passes, one lane; a sixth of the time of Django's values.

    Only a few run at once in a process: else a crowd at the log-in page takes every core and every byte.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
    _places = threading.BoundedSemaphore(settings.PASSWORDS_AT_ONCE)

    def encode(self, password: str, salt: str) -> str:
        with self._places:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with self._places:
            return super().verify(password, encoded)
