"""The people written by hand."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Character:
    handle: str
    name: str
    bio: str = ""
    location: str = ""
    website: str = ""
    language: str = "en"
    fans: int = 12  # made-up people who follow
    is_private: bool = False
    is_staff: bool = False
    follows: tuple[str, ...] = ()
    privacy: dict[str, object] = field(default_factory=dict)

    @property
    def username(self) -> str:
        return self.handle.lower()


LOGINS = ("alice", "bob", "keeper")
REQUESTS = (("alice", "otto_quist"),)
BLOCKS = (("alice", "loud_larry"),)
MUTES = (("alice", "moonshot_max"),)
TALK = (
    ("alice", "bob", "Are the kids still on the roof?"),
    ("bob", "alice", "Asleep in their coats. One boot each. I am not moving anybody."),
    ("alice", "bob", "I have 41 wrens for Saturday. Choose the least potato."),
    ("bob", "alice", "The potato is the point."),
    ("bob", "alice", "Also: can you draw a comet on a bicycle bell? Asking for a customer aged six."),
    ("otto_quist", "alice", "May I hang your wren in my lighthouse? There is room beside the second chair."),
)

CHARACTERS = (
    Character(
        handle="Alice",
        name="Alice Bergström",
        bio="Illustrator. Trail runner when it rains, reader when it pours. Draws birds until one is right.",
        location="Gothenburg",
        website="https://alice.example",
        fans=34,
        follows=(
            "bob",
            "kathi_gipfel",
            "ines_pg",
            "brotundbutter",
            "mori_hikari",
            "sahar_writes",
            "harbourcourier",
            "tidebot",
            "mira_k",
            "lin_xiaoyu",
            "astro_amara",
            "nachtzug_theo",
            "juniper_dev",
            "edith81",
            "moonshot_max",
        ),
    ),
    Character(
        handle="bob",
        name="Bob Okafor",
        bio="Bicycle mechanic, father of two, terrible at small talk. Ask me about wheels.",
        location="Rotterdam",
        fans=21,
        follows=(
            "alice",
            "kathi_gipfel",
            "brotundbutter",
            "harbourcourier",
            "tidebot",
            "astro_amara",
            "edith81",
            "nachtzug_theo",
            "juniper_dev",
        ),
    ),
    Character(
        handle="keeper",  # not "admin": no account has the address of a page of the site
        name="Site keeper",
        bio="Keeps this place running. Write to me if something breaks.",
        is_staff=True,
        fans=0,
        follows=("alice", "bob", "harbourcourier"),
    ),
    Character(
        handle="Kathi_Gipfel",
        name="Kathi Oberhuber 🏔️",
        language="de",
        location="Innsbruck",
        fans=41,
        bio="Bergführerin. 31 von 48 Dreitausendern. Dreht um, bevor es zu spät ist.",
        follows=("alice", "mori_hikari", "astro_amara", "brotundbutter"),
    ),
    Character(
        handle="ines_pg",
        name="Ines Varela 🐘",
        location="Porto",
        fans=48,
        website="https://ines.example/notes",
        bio="I make databases go fast by reading what they say. EXPLAIN is a love language.",
        follows=("juniper_dev", "alice", "edith81", "harbourcourier"),
    ),
    Character(
        handle="BrotUndButter",
        name="Bäckerei Lindner",
        language="de",
        location="Görlitz",
        fans=37,
        bio="Brot seit 1911. Um 6 ist das Licht an, um 7 die Tür offen, um 11 meist alles weg.",
        follows=("alice", "bob", "kathi_gipfel"),
    ),
    Character(
        handle="mori_hikari",
        name="森 光",
        language="ja",
        location="京都",
        fans=52,
        bio="写真家。朝五時の町と、雨と、だれもいないホーム。フィルムだけ。",
        follows=("alice", "nachtzug_theo", "lin_xiaoyu"),
    ),
    Character(
        handle="sahar_writes",
        name="سحر الخوري",
        language="ar",
        location="بيروت",
        fans=39,
        bio="شاعرة. أكتب قليلا وأمحو كثيرا.",
        follows=("lin_xiaoyu", "alice", "mori_hikari"),
    ),
    Character(
        handle="HarbourCourier",
        name="The Harbour Courier",
        location="Gothenburg",
        fans=78,
        bio="News from the harbour and the hills behind it. Corrections are published where the mistake was.",
        website="https://courier.example",
        follows=("astro_amara", "tidebot"),
        privacy={"hide_follower_lists": True},
    ),
    Character(
        handle="TideBot",
        name="Tide Bot",
        location="Gothenburg",
        fans=29,
        website="https://courier.example/tides",
        bio="Automated. Posts the tides at the harbour mouth. Made by @HarbourCourier.",
        privacy={"who_may_message": "nobody"},
    ),
    Character(
        handle="otto_quist",
        name="Otto Quist",
        location="Bergen",
        fans=6,
        is_private=True,
        bio="Lighthouse keeper, retired. I know most of you by name.",
        follows=("edith81", "harbourcourier"),
    ),
    Character(
        handle="mira_k",
        name="Mira Kessler",
        location="Basel",
        fans=8,
        is_private=True,
        bio="Only friends here, please.",
        follows=("alice", "bob", "astro_amara"),
    ),
    Character(
        handle="lin_xiaoyu",
        name="林小雨",
        language="zh",
        location="杭州",
        fans=33,
        bio="译者。读书，喝茶，等雨停。",
        follows=("sahar_writes", "mori_hikari", "alice"),
    ),
    Character(
        handle="astro_amara",
        name="Amara Osei",
        location="Teide, Tenerife",
        fans=61,
        bio="Astronomer on the night shift. If I answer at 4 a.m., that is lunch.",
        follows=("harbourcourier", "alice", "kathi_gipfel", "edith81"),
    ),
    Character(
        handle="nachtzug_theo",
        name="Théo Marchand",
        language="fr",
        location="Somewhere on rails",
        fans=26,
        bio="Trains de nuit, fenêtres ouvertes, cartes en papier.",
        follows=("mori_hikari", "bob", "alice"),
    ),
    Character(
        handle="juniper_dev",
        name="Juniper Vance",
        location="Leeds",
        fans=14,
        bio="Second year of writing software, first year of admitting what I do not know.",
        follows=("ines_pg", "alice", "edith81"),
    ),
    Character(
        handle="edith81",
        name="Edith Thorne",
        location="Whitby",
        fans=57,
        bio="Eighty-one. Grandson set this up. I have opinions about scones.",
        follows=("alice", "bob", "harbourcourier", "astro_amara", "brotundbutter", "otto_quist"),
    ),
    Character(
        handle="loud_larry",
        name="LARRY",
        location="everywhere",
        fans=3,
        bio="JUST ASKING QUESTIONS",
        follows=("harbourcourier",),
    ),
    Character(
        handle="moonshot_max",
        name="Max Moonshot 🚀",
        location="the future",
        fans=9,
        bio="Serial founder. 10x everything. This bio was written standing up.",
        follows=("alice", "ines_pg"),
    ),
)
