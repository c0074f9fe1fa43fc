"""Where things lie: the repository, and the folder of the installation's data."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Layout:
    """The data folder of one installation: `var/`, or DATA_DIR."""

    data: Path

    @property
    def secrets(self) -> Path:
        return self.data / "secrets"

    @property
    def logs(self) -> Path:
        return self.data / "log"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def demo_logins(self) -> Path:
        return self.data / "demo-logins.txt"

    def make(self) -> None:
        """Make the folders; secrets, run and log are for their owner alone."""
        self.data.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.run, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)


def layout() -> Layout:
    """The layout chosen by DATA_DIR; a relative one counts from the repository."""
    return Layout(Path(os.path.normpath(ROOT / (os.environ.get("DATA_DIR") or "var"))))


def read_dotenv(path: Path = ROOT / ".env") -> None:
    """Add what `.env` says to the environment; what is set already wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, rest = line.strip().removeprefix("export ").partition("=")
        value = rest.strip()
        value = value[1:].partition(value[0])[0] if value[:1] in ("'", '"') else value.partition(" #")[0]
        if separator and value.strip() and name.strip().isidentifier():
            os.environ.setdefault(name.strip(), value.strip())
