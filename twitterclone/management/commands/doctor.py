"""`manage.py doctor`: what is not well with this installation, and what to do about it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from twitterclone.doctor.registry import checks
from twitterclone.doctor.run import examine, worst
from twitterclone.lib.findings import Check, Finding, Severity, Unknown, as_dict


class Command(BaseCommand):
    help = (
        "Looks at everything an operator may forget, on the site as it is: settings, mail, clocks, disks, "
        "PostgreSQL, backups, Redis, workers, and the public address. Changes nothing. Exits with 1 when "
        "something is wrong, with --strict also at a warning."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only", action="append", default=[], metavar="NAME", help="this check or group; repeatable"
        )
        parser.add_argument("--list", action="store_true", help="say which checks there are, and why")
        parser.add_argument("--json", action="store_true", help="all findings as JSON")
        parser.add_argument("--strict", action="store_true", help="exit with 1 at a warning, too")

    def handle(self, *args: Any, only: list[str], **options: Any) -> None:
        self._group = ""
        self._fine: list[str] = []
        try:
            if options["list"]:
                for check in checks.chosen(only):
                    self.stdout.write(f"{check.name:<22} {check.why}")
                return
            found = examine(only, (lambda *_: None) if options["json"] else self._tell)
        except Unknown as unknown:
            raise CommandError(str(unknown)) from unknown
        except KeyboardInterrupt:
            raise CommandError("Interrupted.", returncode=130) from None
        if options["json"]:
            told = {name: [as_dict(finding) for finding in findings] for name, findings in found.items()}
            self.stdout.write(json.dumps(told, indent=1))
        self._conclude(found, strict=options["strict"], as_json=options["json"])

    def _tell(self, check: Check[Any], findings: list[Finding]) -> None:
        """The group's name once, then a line for each finding and one for its fix."""
        if check.group != self._group:
            self._tell_fine()
            self._group = check.group
            self.stdout.write(self.style.MIGRATE_HEADING(check.group))
        name = check.name.partition(".")[2]
        for finding in findings:
            if not finding.text:
                self._fine.append(name)
                continue
            word = self._colour(finding.severity)(f"{finding.severity!s:<8}")
            self.stdout.write(f"  {word}{name:<14} {finding.text}")
            if finding.fix:
                self.stdout.write(f"{'':25}→ {finding.fix}")

    def _tell_fine(self) -> None:
        """Those of a group with nothing to say, in one line."""
        if self._fine:
            self.stdout.write(f"  {self.style.SUCCESS('ok      ')}{', '.join(self._fine)}")
            self._fine.clear()

    def _colour(self, severity: Severity) -> Any:
        styles = {
            Severity.OK: self.style.SUCCESS,
            Severity.HINT: self.style.NOTICE,
            Severity.WARNING: self.style.WARNING,
        }
        return styles.get(severity, self.style.ERROR)

    def _conclude(self, found: dict[str, list[Finding]], *, strict: bool, as_json: bool) -> None:
        every = [finding for findings in found.values() for finding in findings]
        counts = {level: sum(finding.severity == level for finding in every) for level in Severity}
        line = ", ".join(
            f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}"
            for level in (Severity.ERROR, Severity.WARNING, Severity.HINT)
        )
        self._tell_fine()
        if not as_json:
            self.stdout.write(f"{len(found)} checks: {line}.")
        if worst(every) >= (Severity.WARNING if strict else Severity.ERROR):
            raise CommandError("Something is wrong with this installation.")
