"""Files of a backup: written as a stream, compressed, and sealed with age when there is a key."""

import contextlib
import gzip
import hashlib
import os
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from ops.backup.keys import Key
from ops.console import Refusal

CHUNK = 1 << 20
GZIP = 31  # zlib's window bits for a gzip file
SEALED = ".age"


def new_key(path: Path) -> str:
    """Makes a key that opens and seals; gives the line that only seals."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {public}\n{identity}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Refusal(
            f"{path} is there already; backups sealed with it could not be opened any more."
        ) from None
    return public


class WrongKey(Refusal):
    """What is sealed cannot be opened by the key here; that says nothing of whether it is whole."""


class Writer:
    """A file that is complete and on disk once `close` came back; `abort` leaves nothing.

    `bytes` and `sha256` are those of the file as it lies there.
    """

    def __init__(self, path: Path, key: Key | None, *, compress: bool = True) -> None:
        self.path, self.bytes = path, 0
        self._hash = hashlib.sha256()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._gzip = zlib.compressobj(1, zlib.DEFLATED, GZIP) if compress else None
        self._thread: threading.Thread | None = None
        self._broken: BaseException | None = None
        self._pipe: IO[bytes] | None = None
        if key:
            reader, writer = os.pipe()
            self._pipe = os.fdopen(writer, "wb", buffering=0)
            self._thread = threading.Thread(target=self._seal, args=(reader, key), daemon=True)
            self._thread.start()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        self._push(self._gzip.compress(data) if self._gzip else data)

    def close(self) -> None:
        """Returns when all of it is on disk."""
        if self._gzip:
            self._push(self._gzip.flush())
        if self._pipe and self._thread:
            self._pipe.close()
            self._thread.join()
        if self._broken:
            raise self._broken
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abort(self) -> None:
        if self._pipe and self._thread:
            self._pipe.close()
            self._thread.join()
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _push(self, data: bytes) -> None:
        if not data:
            return
        if self._pipe is None:
            self._keep(data)
            return
        view = memoryview(data)
        try:
            while view:
                view = view[self._pipe.write(view) or 0 :]
        except BrokenPipeError:
            raise self._broken or RuntimeError("sealing ended") from None

    def _keep(self, data: bytes) -> int:
        self._hash.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def _seal(self, reader: int, key: Key) -> None:
        with os.fdopen(reader, "rb") as source:
            try:
                pyrage.encrypt_io(
                    source,
                    _Sink(self._keep, self._file.flush),
                    [pyrage.x25519.Recipient.from_str(word) for word in key.recipients],
                )
            except BaseException as error:  # told by `close`
                self._broken = error


@dataclass(frozen=True)
class _Sink:
    write: Any
    flush: Any


@contextlib.contextmanager
def opened(path: Path, key: Key | None, *, compressed: bool = True) -> Iterator[IO[bytes]]:
    """What was written by a Writer, as a stream; whether it is sealed is told by its name."""
    with contextlib.ExitStack() as stack:
        source: IO[bytes] = stack.enter_context(path.open("rb"))
        if path.suffix == SEALED:
            if key is None or not key.opens:
                raise Refusal(f"{path.name} is sealed: name the file with its AGE-SECRET-KEY in BACKUP_KEY.")
            source = stack.enter_context(_unsealed(source, key))
        yield stack.enter_context(gzip.GzipFile(fileobj=source, mode="rb")) if compressed else source


@contextlib.contextmanager
def _unsealed(source: IO[bytes], key: Key) -> Iterator[IO[bytes]]:
    reader, writer = os.pipe()
    broken: list[BaseException] = []

    def work() -> None:
        with os.fdopen(writer, "wb") as sink:
            try:
                pyrage.decrypt_io(
                    source, sink, [pyrage.x25519.Identity.from_str(word) for word in key.identities]
                )
            except BrokenPipeError:
                return  # the reader had enough
            except BaseException as error:
                broken.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        with os.fdopen(reader, "rb", buffering=CHUNK) as stream:
            yield stream
    except BaseException:
        thread.join()
        if broken:
            raise _refusal(broken[0]) from None
        raise
    thread.join()
    if broken and not isinstance(broken[0], BrokenPipeError):
        raise _refusal(broken[0])


def _refusal(error: BaseException) -> Refusal:
    if "No matching keys" in str(error):
        return WrongKey("The key in BACKUP_KEY is another than the one it was sealed with.")
    return Refusal(f"The file cannot be opened: {error}")


def name_of(plain: str, key: Key | None) -> str:
    return plain + (SEALED if key else "")


def digest_of(path: Path) -> str:
    """SHA-256 of a file as it lies there."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
