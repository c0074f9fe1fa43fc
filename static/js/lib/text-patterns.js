// Character classes and patterns of the text modules, the same as twitterclone/lib/text_patterns.py,
// where their reasons are written.

const SPACES = "\\t-\\r \\x85\\xa0\\u1680\\u180e\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LATIN =
  "\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u024f\\u0253\\u0254\\u0256\\u0257\\u0259\\u025b\\u0263\\u0268\\u026f" +
  "\\u0272\\u0289\\u028b\\u02bb\\u0300-\\u036f\\u1e00-\\u1eff";
const BIDI = "\\u202a-\\u202e\\u2066-\\u2069\\u061c\\u200e\\u200f";
const BREAKS =
  "!\"'#%&()*+,\\\\/:;<=>?@\\[\\]^`{|}~$\\0-\\x1f\\ufffe\\uffff\\ufeff" + SPACES + BIDI;
export const RUN = new RegExp(`[^${BREAKS}]+`, "g");
const BEFORE = "(?<![A-Za-z0-9@＠$#＃\\ufffe\\uffff\\ufeff])";
export const HOST_START = new RegExp(`${BEFORE}[^\\-_.]`, "gu");
export const PROTOCOL = new RegExp(`${BEFORE}https?$`, "i");
export const LATIN_LABEL = new RegExp(`^[A-Za-z0-9_${LATIN}-]+$`);
export const LATIN_TAIL = new RegExp(`[A-Za-z0-9${LATIN}][A-Za-z0-9_${LATIN}-]*$`);
const PATH = `[A-Za-z0-9!*';:=+,.$/%#\\[\\]\\-\\u2013_~@|&${LATIN}\\u0400-\\u04ff]`;
const PATH_END = `[A-Za-z0-9+\\-=_#/${LATIN}\\u0400-\\u04ff]`;
const PARENS = `\\((?:${PATH}+|${PATH}*\\(${PATH}+\\)${PATH}*)\\)`;
const QUERY = "[A-Za-z0-9!?*'@();:&=+$/%#\\[\\]\\-_.,~|]";
export const TLD_NEVER_BEFORE = /[0-9A-Za-z@+-]/;
const BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const LETTER = `[A-Za-z0-9${LATIN}]`;
const MORE = `[A-Za-z0-9_${LATIN}\\-]`;
export const GIVEN_HOST = new RegExp(
  `(?:${BYTE}(?:\\.${BYTE}){3}` +
    `|(?:[^${BREAKS}._\\-](?:[^${BREAKS}._]*[^${BREAKS}._\\-])?\\.)*` +
    `(?![0-9]+(?!${MORE}))${LETTER}(?:[A-Za-z0-9${LATIN}\\-]*${LETTER})?)` +
    `(?!\\.*${MORE}|://|[${BIDI}]|[^${SPACES}/?#]*@)`,
  "yu",
);
export const TAIL = new RegExp(
  `(?::[0-9]+)?(?:/(?:${PATH}*(?:${PARENS}|${PATH_END}))*)?(?:\\?${QUERY}*[A-Za-z0-9\\-_&=#/])?`,
  "y",
);

export const VISIBLE = new RegExp(
  `[^${SPACES}\\0-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5` +
    "\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ud800-\\udfff\\ufdd0-\\ufdef" +
    "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc\\ufffe\\uffff\\u{1bca0}-\\u{1bca3}\\u{1d159}" +
    "\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}" +
    [..."123456789abcdef", "10"].map((plane) => `\\u{${plane}fffe}\\u{${plane}ffff}`).join("") +
    "]",
  "u",
);
const PICTOGRAPH =
  "[\\u203c\\u2049\\u2122\\u2139\\u2194-\\u21aa\\u231a-\\u23ff\\u24c2\\u25aa-\\u25fe\\u2600-\\u27bf\\u2934\\u2935" +
  "\\u2b05-\\u2b55\\u3030\\u303d\\u3297\\u3299\\u{1f000}-\\u{1f1e5}\\u{1f200}-\\u{1f3fa}\\u{1f400}-\\u{1faff}]";
const ELEMENT = `${PICTOGRAPH}(?:\\ufe0f|[\\u{1f3fb}-\\u{1f3ff}]|[\\u{e0020}-\\u{e007e}]{1,7}\\u{e007f})?`;
export const EMOJI = new RegExp(
  `${ELEMENT}(?:\\u200d${ELEMENT}){0,3}|[\\u{1f1e6}-\\u{1f1ff}]{2}` +
    "|[0-9#*]\\ufe0f?\\u20e3|[\\xa9\\xae]\\ufe0f",
  "gu",
);
export const HEAVY = /[^\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]/gu;
export const EXTRA_MARKS = /(\p{M}{8})\p{M}+/gu;
