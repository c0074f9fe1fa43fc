"""The key of backups, as text: a file as `age-keygen` writes it, or one with recipients alone.

Recipients (`age1…`, also in a comment `# public key: age1…`) only seal; identities (`AGE-SECRET-KEY-…`) open
too: a machine that only makes backups need not be able to read them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ops.console import Refusal

PUBLIC = re.compile(r"(?:# public key: *)?(age1[a-z0-9]+)")
SECRET = re.compile(r"AGE-SECRET-KEY-1[A-Z0-9]+")


@dataclass(frozen=True)
class Key:
    """For whom backups are sealed, and by what they can be opened here."""

    recipients: tuple[str, ...]
    identities: tuple[str, ...]

    @property
    def opens(self) -> bool:
        return bool(self.identities)


def read(path: Path | None) -> Key | None:
    """The key in a file; None without one."""
    if path is None:
        return None
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
    except (OSError, UnicodeError) as error:
        raise Refusal(f"The key {path} cannot be read: {getattr(error, 'strerror', error)}.") from None
    recipients = [found[1] for line in lines if (found := PUBLIC.fullmatch(line))]
    identities = [line for line in lines if SECRET.fullmatch(line)]
    strange = [line for line in lines if line and line[0] != "#" and line not in {*recipients, *identities}]
    if strange or not recipients:
        raise Refusal(
            f"{path} is no key: it has lines age1…, or AGE-SECRET-KEY-… below '# public key: age1…'. "
            f'make backup ARGS="key FILE" makes one.'
        )
    return Key(tuple(dict.fromkeys(recipients)), tuple(identities))
