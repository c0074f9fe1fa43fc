"""Character classes and patterns shared by the text modules.

Facts come from Twitter's published rules and the Unicode Character Database. No pattern ignores case:
with that flag Python would also let the Kelvin sign and the long s pass as k and s.
"""

import re

# -- classes, written as the inside of [...]

SPACES = "\\t-\\r \\x85\\xa0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
BIDI_CONTROLS = "\\u202a-\\u202e\\u2066-\\u2069"
BIDI_MARKS = "\\u061c\\u200e\\u200f"
NONCHARACTERS = "\\ufdd0-\\ufdef" + "".join(f"\\U{p:04x}fffe\\U{p:04x}ffff" for p in range(17))
LATIN = (
    "\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u024f\\u0253\\u0254\\u0256\\u0257\\u0259\\u025b\\u0263\\u0268\\u026f"
    "\\u0272\\u0289\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff"
)
# What no text keeps: controls but tab and newline, halves of pairs, bidi embeddings and overrides,
# deprecated format characters, annotation anchors, and the tag characters that can smuggle hidden ASCII.
UNWANTED = (
    "\\0-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\u206a-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\U000e0000-\\U000e007f" + BIDI_CONTROLS + NONCHARACTERS
)
# What shows nothing: Unicode's default ignorables, and letters and symbols drawn blank
# (Hangul fillers, the empty Braille cell, the null note head, the object placeholder).
INVISIBLE = (
    UNWANTED + "\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2060-\\u206f"
    "\\u2800\\u3164\\ufe00-\\ufe0f\\uffa0\\ufff0-\\ufffc\\U0001bca0-\\U0001bca3\\U0001d159"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
)
# Scripts whose spelling needs zero-width joiners: Arabic to Sinhala, Tibetan and Burmese, Khmer and
# Mongolian, and the Brahmic scripts of the higher planes.
JOINING = (
    "\\u0600-\\u0dff\\u0f00-\\u109f\\u1780-\\u180a\\u1810-\\u18af\\u1900-\\u1cff\\ua840-\\uabff"
    "\\U00010a00-\\U00011fff"
)
HAN = "\\u3005\\u3007\\u3400-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff"

# -- emoji

# Coarse on purpose: a lone symbol of these blocks weighs 2 by its code point too, so only membership in
# a sequence matters, and emoji of later Unicode versions are covered.
PICTOGRAPH = (
    "[\\u203c\\u2049\\u2122\\u2139\\u2194-\\u21aa\\u231a-\\u23ff\\u24c2\\u25aa-\\u25fe\\u2600-\\u27bf"
    "\\u2934\\u2935\\u2b05-\\u2b55\\u3030\\u303d\\u3297\\u3299"
    "\\U0001f000-\\U0001f1e5\\U0001f200-\\U0001f3fa\\U0001f400-\\U0001faff]"
)
TAGGED = "[\\U000e0020-\\U000e007e]{1,7}\\U000e007f"
ELEMENT = f"{PICTOGRAPH}(?:\\ufe0f|[\\U0001f3fb-\\U0001f3ff]|{TAGGED})?"
# The longest sequence in use joins four pictographs; a longer chain counts as several, or one could
# write without end for two.
EMOJI = (
    f"(?:{ELEMENT}(?:\\u200d{ELEMENT}){{0,3}}"  # pictographs, joined or alone
    "|[\\U0001f1e6-\\U0001f1ff]{2}"  # flags
    "|[0-9#*]\\ufe0f?\\u20e3"  # keycaps
    "|[\\xa9\\xae]\\ufe0f)"  # signs that are emoji only when the selector says so
)

# -- weights

HEAVY = re.compile("[^\\0-\\u10ff\\u2000-\\u200d\\u2010-\\u201f\\u2032-\\u2037]")
EMOJI_SEQUENCE = re.compile(EMOJI)

# -- addresses

# A run is what may stand in a host name, dots included; everything that ends a host is a break.
_BIDI = BIDI_CONTROLS + BIDI_MARKS
_BREAKS = "!\"'#%&()*+,\\\\/:;<=>?@\\[\\]^`{|}~$\\0-\\x1f\\ufffe\\uffff\\ufeff" + SPACES + _BIDI
DOMAIN_RUN = re.compile(f"[^{_BREAKS}]+")
# A host begins where the character before is no ASCII letter, digit or sign of another entity.
HOST_START = re.compile("(?<![A-Za-z0-9@＠$#＃\\ufffe\\uffff\\ufeff])[^-_.]")
PROTOCOL = re.compile("(?<![A-Za-z0-9@＠$#＃\\ufffe\\uffff\\ufeff])[Hh][Tt][Tt][Pp][Ss]?\\Z")
LATIN_LABEL = re.compile(f"[A-Za-z0-9_{LATIN}-]+")
LATIN_TAIL = re.compile(f"[A-Za-z0-9{LATIN}][A-Za-z0-9_{LATIN}-]*\\Z")
TLD_WORD = re.compile("[0-9A-Za-z-]*")
TLD_NEVER_BEFORE = re.compile("[0-9A-Za-z@+-]")
# The host after an explicit protocol, whatever its ending: an IPv4 address, or labels of which the last is
# Latin and no number. Never what may be a name before an @, a second protocol, or cut by a bidi control.
_BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_LATIN = f"[A-Za-z0-9{LATIN}]"
_MORE = f"[A-Za-z0-9_{LATIN}-]"
GIVEN_HOST = re.compile(
    f"(?:{_BYTE}(?:\\.{_BYTE}){{3}}"
    f"|(?:[^{_BREAKS}._-](?:[^{_BREAKS}._]*[^{_BREAKS}._-])?\\.)*"
    f"(?![0-9]+(?!{_MORE})){_LATIN}(?:[A-Za-z0-9{LATIN}-]*{_LATIN})?)"
    f"(?!\\.*{_MORE}|://|[{_BIDI}]|[^{SPACES}/?#]*@)"
)

_PATH = f"[A-Za-z0-9!*';:=+,.$/%#\\[\\]\\-\\u2013_~@|&{LATIN}\\u0400-\\u04ff]"
_PATH_END = f"[A-Za-z0-9+\\-=_#/{LATIN}\\u0400-\\u04ff]"
_PARENS = f"\\((?:{_PATH}+|{_PATH}*\\({_PATH}+\\){_PATH}*)\\)"
_QUERY = "[A-Za-z0-9!?*'@();:&=+$/%#\\[\\]\\-_.,~|]"
URL_TAIL = re.compile(
    f"(?::[0-9]+)?(?:/(?:{_PATH}*(?:{_PARENS}|{_PATH_END}))*)?(?:\\?{_QUERY}*[A-Za-z0-9\\-_&=#/])?"
)
