"""Asking one check, and a server that answers as a proxy set up badly would."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from twitterclone.doctor import run  # noqa: F401 -- registers the checks
from twitterclone.doctor.registry import checks
from twitterclone.lib.findings import Severity

Told = tuple[int, dict[str, str], bytes]


def found(name: str) -> list[str]:
    """What a check found, as "error: text"; every finding but fine ones names its fix."""
    findings = list(checks.chosen([name])[0].run())
    assert all(finding.fix for finding in findings if finding.severity > Severity.OK)
    return [f"{finding.severity}: {finding.text}" for finding in findings]


def bad(name: str) -> list[str]:
    """What of it asks somebody to act."""
    return [line for line in found(name) if not line.startswith(("ok", "hint"))]


@contextmanager
def answering(answer: Callable[[str, dict[str, str]], Told], tls: Any = None) -> Iterator[str]:
    """A web server that answers each GET of a path and headers as the function says; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, {k.lower(): v for k, v in self.headers.items()})
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
