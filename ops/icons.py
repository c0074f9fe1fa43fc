"""Draws static/icons.svg, the one sprite, from Lucide's files: only the icons we use.

    npm pack lucide-static && tar xf lucide-static-*.tgz
    python ops/icons.py package/icons

Add a name below, run it, and `{% icon "name" %}` works.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "static" / "icons.svg"
NAMES = """
arrow-left arrow-right arrow-up at-sign ban bell bell-off bookmark calendar-days chart-column check
check-check chevron-left chevron-right circle-alert circle-check circle-help clock compass copy download
ellipsis eye-off feather flag globe hash heart house image inbox info key-round keyboard link list lock log-in
log-out mail mail-check map-pin message-circle monitor moon palette pencil pin pin-off play plug plus
quote repeat-2 rotate-cw search send settings share shield smartphone sun sun-moon trash-2
triangle-alert user user-check user-minus user-plus user-x users volume-2 volume-x wifi-off x
""".split()


def symbol(folder: Path, name: str) -> str:
    """One icon as a symbol; its stroke comes from the stylesheet."""
    svg = (folder / f"{name}.svg").read_text()
    body = re.sub(r"\s+", " ", svg.split(">", 2)[2].rsplit("</svg>", 1)[0]).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def main() -> None:
    folder = Path(sys.argv[1])
    symbols = "\n".join(symbol(folder, name) for name in NAMES)
    SPRITE.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')
    print(f"{len(NAMES)} icons in {SPRITE.name}")


if __name__ == "__main__":
    main()
