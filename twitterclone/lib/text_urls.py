"""Finds web addresses in text, with and without protocol, in time linear in the text.

Without protocol only a known top-level domain makes an address; after http:// or https:// any host does.
The text is cut into runs of characters that may stand in a host name. In each run one pass from the
right notes how far a host beginning in each label can reach, so nothing is tried twice.
"""

from dataclasses import dataclass

from twitterclone.lib.text_patterns import (
    DOMAIN_RUN,
    GIVEN_HOST,
    HOST_START,
    LATIN_LABEL,
    LATIN_TAIL,
    PROTOCOL,
    TLD_NEVER_BEFORE,
    TLD_WORD,
    URL_TAIL,
)
from twitterclone.lib.tlds import LONGEST_TLD, TLDS

LABEL_LENGTH = 63
URL_LENGTH = 4096
Span = tuple[int, int]


@dataclass(slots=True)
class Label:
    """One piece of a run between dots; `tld_end` is where a top-level domain at its start ends, else 0."""

    start: int
    end: int
    text: str
    tld_end: int = 0
    far: int = 0  # last label a host can end with when it passes through the next label, else 0

    def closes(self) -> bool:
        return bool(self.text) and self.text[-1] not in "-_"


def url_spans(text: str) -> list[Span]:
    """Start and end of every address in `text`, in order, not overlapping; indices are code points."""
    spans: list[Span] = []
    if "." not in text and "://" not in text:
        return spans
    position = 0
    while run := DOMAIN_RUN.search(text, position):
        found, position = _urls_of_run(text, run.start(), run.end())
        spans += found
    return spans


def _urls_of_run(text: str, start: int, end: int) -> tuple[list[Span], int]:
    """The addresses beginning in one run, and where the search goes on."""
    labels = _labels(text, start, end)
    tail_end = URL_TAIL.match(text, end).end()  # type: ignore[union-attr]  # -- it matches the empty text
    spans: list[Span] = []
    first, lowest = 0, start
    protocol = _protocol_start(text, start)
    if protocol >= 0 and (close := _given_end(text, labels)):
        span = (protocol, tail_end if close == end else close)
        if _fits(span, text[start:close]):
            spans.append(span)
        first, lowest = text.count(".", start, close), close
    while first < len(labels) - 1:
        opening = _opening(text, labels, first, lowest)
        if opening < 0:
            first += 1
            continue
        last = _reach(labels, first, opening)
        close = labels[last].tld_end
        if opening == 0 or text[opening - 1] not in "-_./":
            spans += _bare_urls(labels[first : last + 1], opening, tail_end if close == end else close)
        first, lowest = last, close
    return spans, tail_end if lowest == end else end


def _labels(text: str, start: int, end: int) -> list[Label]:
    """The run's labels, with what each can begin noted from right to left."""
    labels = []
    for piece in text[start:end].split("."):
        labels.append(Label(start, start + len(piece), piece))
        start += len(piece) + 1
    for index in range(len(labels) - 1, 0, -1):
        label = labels[index]
        label.tld_end = _tld_end(text, label)
        labels[index - 1].far = _reach(labels, index, label.start)
    return labels


def _reach(labels: list[Label], index: int, opening: int) -> int:
    """The last label of the longest host that opens at `opening` inside label `index`; 0 if there is none."""
    label = labels[index]
    if index + 1 == len(labels) or not label.closes() or label.text[opening - label.start] in "-_":
        return 0
    if label.far:
        return label.far
    # The label before the top-level domain is a registered name: those have no underscore.
    named = labels[index + 1].tld_end and label.text.rfind("_") < opening - label.start
    return index + 1 if named else 0


def _opening(text: str, labels: list[Label], index: int, lowest: int) -> int:
    """The leftmost place in label `index`, from `lowest` on, where a host can open; -1 if there is none."""
    label = labels[index]
    if not label.closes() or not (label.far or labels[index + 1].tld_end):
        return -1
    least = label.start if label.far else label.start + label.text.rfind("_") + 1
    match = HOST_START.search(text, max(least, lowest), label.end)
    return match.start() if match else -1


def _tld_end(text: str, label: Label) -> int:
    """Where the longest top-level domain at the label's start ends, 0 if there is none."""
    word = TLD_WORD.match(label.text).end()  # type: ignore[union-attr]  # -- it matches the empty text
    for length in range(min(len(label.text), LONGEST_TLD), max(word, 1) - 1, -1):
        known = label.text[:length].lower() in TLDS
        if known and not TLD_NEVER_BEFORE.match(text, label.start + length):
            return label.start + length
    return 0


def _protocol_start(text: str, start: int) -> int:
    """Where the `http://` or `https://` right before `start` begins, -1 if there is none."""
    if text[start - 3 : start] != "://":
        return -1
    match = PROTOCOL.search(text, max(start - 8, 0), start - 3)
    return match.start() if match else -1


def _given_end(text: str, labels: list[Label]) -> int:
    """Where the host after a protocol ends, 0 if there is none.

    A known top-level domain ends it, even inside a label, unless the host goes on behind a dot.
    """
    last = _reach(labels, 0, labels[0].start)
    close = labels[last].tld_end if last else 0
    if close and text[close : close + 1] != ".":
        return close
    match = GIVEN_HOST.match(text, labels[0].start)
    return max(close, match.end() if match else 0)


def _bare_urls(labels: list[Label], opening: int, end: int) -> list[Span]:
    """The Latin hosts inside a host without protocol, so that 例えばexample.com links example.com alone.

    `end` is where the address of the last label ends, path and query included.
    """
    reach = [0] * len(labels)
    for index in range(len(labels) - 2, -1, -1):
        following = labels[index + 1]
        onward = reach[index + 1] if LATIN_LABEL.fullmatch(following.text) else 0
        reach[index] = onward or (index + 1 if following.tld_end else 0)
    spans: list[Span] = []
    index = 0
    while index < len(labels) - 1:
        last = reach[index]
        start = _latin_start(labels[index], opening, registered=last == index + 1)
        if not last or start < 0:
            index += 1
            continue
        close = labels[last].tld_end
        span = (start, end if last == len(labels) - 1 else close)
        host = [
            labels[index].text[start - labels[index].start :],
            *(x.text for x in labels[index + 1 : last]),
        ]
        if _fits(span, ".".join(host)):
            spans.append(span)
        index, opening = last, close
    return spans


def _latin_start(label: Label, lowest: int, *, registered: bool) -> int:
    """Where the Latin letters at the end of a label begin, -1 if there are none."""
    tail = label.text[max(lowest - label.start, 0) :][-LABEL_LENGTH - 1 :]
    match = LATIN_TAIL.search(tail)
    if not match or (registered and "_" in match.group()):
        return -1
    return label.end - len(tail) + match.start()


def _fits(span: Span, host: str) -> bool:
    """No label and no address longer than the network allows."""
    return span[1] - span[0] <= URL_LENGTH and all(len(piece) <= LABEL_LENGTH for piece in host.split("."))
