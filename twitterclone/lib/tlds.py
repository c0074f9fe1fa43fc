"""Every top-level domain, in its Unicode and its `xn--` form, lower-case.

The list is `tlds.txt`; its head names source and date. The browser's copy is generated from it:

    python -m twitterclone.lib.tlds static/js/lib/tlds.js
"""

import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("tlds.txt")
MODULE_HEAD = """\
// Generated from twitterclone/lib/tlds.txt by `python -m twitterclone.lib.tlds static/js/lib/tlds.js`.
// Do not edit: change the list and generate again (a test compares the two).
"""


def listed_tlds() -> list[str]:
    """The domains of the file in Unicode form, without comments, in the file's order."""
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def with_punycode(tlds: list[str]) -> list[str]:
    """The same list with the `xn--` form of each international domain after it."""
    forms = (
        [tld] if tld.isascii() else [tld, "xn--" + tld.encode("punycode").decode("ascii")] for tld in tlds
    )
    return [form for pair in forms for form in pair]


def javascript_module() -> str:
    """The whole text of `static/js/lib/tlds.js`."""
    words = " ".join(with_punycode(listed_tlds()))
    return f'{MODULE_HEAD}export const TLDS = new Set("{words}".split(" "));\n'


TLDS = frozenset(with_punycode(listed_tlds()))
LONGEST_TLD = max(map(len, TLDS))

if __name__ == "__main__":
    Path(sys.argv[1]).write_text(javascript_module(), encoding="utf-8")
