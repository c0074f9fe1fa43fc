"""What setting a server up does, one thing after the other, each said; a dry run only says."""

import subprocess
from pathlib import Path

from ops.console import Refusal, say


class Steps:
    """Does things one by one and says each."""

    def __init__(self, is_dry: bool) -> None:
        self.is_dry = is_dry

    def run(self, what: str, argv: list[str | Path], *, given: str | None = None) -> None:
        self.ask(what, argv, given=given)

    def ask(self, what: str, argv: list[str | Path], *, given: str | None = None) -> str:
        """What the command prints; nothing in a dry run."""
        say(f"  {what}: {' '.join(map(str, argv))}")
        if self.is_dry:
            return ""
        done = subprocess.run(argv, input=given, text=True, check=False, capture_output=True, cwd="/")
        if done.returncode != 0:
            raise Refusal(f"Could not {what}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        return done.stdout

    def write(self, path: Path, text: str, mode: int = 0o644) -> None:
        """Whole or not at all; nobody reads it before its mode is right."""
        say(f"  write {path}")
        if self.is_dry:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(text)
        draft.chmod(mode)
        draft.replace(path)
