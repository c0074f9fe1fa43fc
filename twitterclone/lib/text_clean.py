"""What text may contain: the cleaning every tweet and every name goes through before it is kept."""

import re
import unicodedata

from twitterclone.lib.text_patterns import BIDI_MARKS, EMOJI, HAN, INVISIBLE, JOINING, SPACES, UNWANTED

# More marks than any script stacks on one letter; without a cap a few lines of them paint over the
# neighbours, and Unicode normalisation takes quadratic time.
MARKS_PER_LETTER = 8

_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")
_SPACES = re.compile(f"[{SPACES}]+")
_EDGES = " \t\n\u00a0\u1680\u180e\u2000-\u200b\u202f\u205f\u2060\u3000"
_ENDS = re.compile(f"\\A[{_EDGES}]+|(?<![{_EDGES}])[{_EDGES}]+\\Z")
_VISIBLE = re.compile(f"[^{SPACES}{INVISIBLE}]")
_TWEET_KEEPS = re.compile(f"({EMOJI})|[{UNWANTED}]")
_NAME_KEEPS = re.compile(
    f"({EMOJI}|(?<=[{JOINING}])[\u200c\u200d](?=[{JOINING}])|(?<=[{HAN}])[\U000e0100-\U000e01ef]"
    f"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f])|[{INVISIBLE}{BIDI_MARKS}]"
)


def compose(text: str) -> str:
    """`text` in Unicode form NFC, with at most eight combining marks in a row; time is linear."""
    if text.isascii():
        return text
    # Composing can take marks apart (U+0344 becomes two), hence the second time.
    return _cap_marks(unicodedata.normalize("NFC", _cap_marks(text)))


def normalise(text: str) -> str:
    """The form in which a tweet, bio or message is counted, stored and searched; idempotent.

    Promises NFC, line feeds as the only line ends, no blank at the ends, at most one blank line in a
    row, and none of: controls (NUL among them), lone surrogates, noncharacters, tag characters outside
    a flag, bidi embeddings, overrides and isolates (U+202A-202E, U+2066-2069). The last are removed and
    not balanced: the page isolates each text anyway, mixed scripts need only the marks U+200E, U+200F
    and U+061C, which stay, and an override serves nothing but disguise. Joiners that emoji and scripts
    need stay. Text without anything visible becomes empty.
    """
    text = _NEWLINES.sub("\n", text)
    text = compose(_TWEET_KEEPS.sub(r"\1", text))
    lines = ["" if is_blank(line) else line for line in text.split("\n")]
    return _ENDS.sub("", _BLANK_LINES.sub("\n\n", "\n".join(lines)))


def clean_name(text: str) -> str:
    """The form of a display name or any one-line field: what one sees is all there is; idempotent.

    Promises one line of NFC without double spaces, blanks at the ends, controls, bidi controls and
    marks, or invisible characters, except joiners and variation selectors where the spelling of an
    emoji or a script needs them. May be empty.
    """
    text = _NAME_KEEPS.sub(r"\1", _SPACES.sub(" ", text))
    return _SPACES.sub(" ", compose(text)).strip(" ")


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: spaces, zero-width and control characters, empty letters."""
    return _VISIBLE.search(text) is None


def _cap_marks(text: str) -> str:
    kept = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MARKS_PER_LETTER:
            kept.append(char)
    return "".join(kept)
