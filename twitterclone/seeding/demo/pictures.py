"""The pictures of the demo, drawn anew each time, so that none has to be kept."""

import io
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageOps

SIZE = (1600, 1067)
Colour = tuple[int, int, int]


def drawn(name: str) -> bytes:
    """The picture of that name as a JPEG."""
    target = io.BytesIO()
    PICTURES[name](Random(name)).save(target, "JPEG", quality=90)
    return target.getvalue()


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), top, bottom)


def _ridge(picture: Image.Image, rng: Random, base: int, height: int, colour: Colour) -> None:
    """Hills from one side to the other."""
    points = [(x, base - rng.randrange(height)) for x in range(0, SIZE[0] + 200, 130)]
    ImageDraw.Draw(picture).polygon([(0, SIZE[1]), *points, (SIZE[0], SIZE[1])], fill=colour)


def _stars(picture: Image.Image, rng: Random, count: int) -> None:
    draw = ImageDraw.Draw(picture)
    for _ in range(count):
        x, y, light = rng.randrange(SIZE[0]), rng.randrange(SIZE[1] * 3 // 4), rng.randrange(90, 255)
        size = rng.choice((1, 1, 1, 2))
        draw.ellipse((x, y, x + size, y + size), fill=(light, light, min(255, light + 15)))


def _comet(rng: Random) -> Image.Image:
    picture = _sky((9, 14, 38), (96, 84, 130))
    _stars(picture, rng, 420)
    glow = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(glow)
    for step in range(90):
        x, y, width = 620 + step * 7, 640 - step * 5, 3 + step // 4
        light = 210 - step * 2
        draw.ellipse((x - width, y - width, x + width, y + width), fill=(light // 2, light, light * 3 // 4))
    draw.ellipse((606, 626, 636, 656), fill=(235, 255, 245))
    glow = glow.filter(ImageFilter.GaussianBlur(12))
    shine = glow.convert("L")
    picture.paste(ImageOps.colorize(shine, (150, 220, 190), (255, 255, 250)), mask=shine)
    _ridge(picture, rng, 960, 150, (24, 24, 46))
    _ridge(picture, rng, 1040, 90, (10, 11, 24))
    return picture


def _wren(rng: Random) -> Image.Image:
    picture = Image.new("RGB", SIZE, (246, 240, 228))
    draw = ImageDraw.Draw(picture)
    for _ in range(2600):  # the grain of the paper
        x, y = rng.randrange(SIZE[0]), rng.randrange(SIZE[1])
        draw.point((x, y), fill=(232, 224, 208))
    draw.line((180, 880, 1420, 850), fill=(120, 96, 70), width=16)
    draw.polygon([(1080, 560), (1230, 300), (1270, 318), (1150, 610)], fill=(122, 84, 52))
    draw.ellipse((560, 430, 1160, 850), fill=(150, 104, 64))
    draw.ellipse((600, 560, 1000, 850), fill=(214, 182, 140))
    draw.ellipse((470, 360, 780, 640), fill=(150, 104, 64))
    draw.polygon([(480, 490), (380, 520), (482, 530)], fill=(70, 56, 44))
    draw.arc((520, 420, 760, 560), 200, 320, fill=(240, 226, 200), width=12)
    draw.ellipse((556, 462, 596, 502), fill=(28, 22, 18))
    draw.ellipse((568, 470, 578, 480), fill=(255, 255, 255))
    for place in range(5):
        draw.arc((760 + place * 44, 520, 1090, 800 - place * 20), 20, 150, fill=(96, 64, 38), width=7)
    for x in (780, 900):
        draw.line((x, 840, x - 10, 872), fill=(96, 72, 50), width=12)
    return picture.filter(ImageFilter.SMOOTH_MORE)


def _harbour(rng: Random) -> Image.Image:
    picture = _sky((18, 26, 58), (214, 132, 108))
    _stars(picture, rng, 120)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 640, *SIZE), fill=(34, 44, 76))
    for _ in range(240):
        y = rng.randrange(650, SIZE[1])
        x, width = rng.randrange(SIZE[0]), rng.randrange(30, 160)
        draw.line((x, y, x + width, y), fill=(70 + y // 16, 66 + y // 30, 92 + y // 40), width=2)
    draw.polygon([(1130, 660), (1160, 300), (1210, 300), (1240, 660)], fill=(236, 230, 220))
    draw.polygon([(1143, 500), (1151, 400), (1219, 400), (1227, 500)], fill=(176, 60, 54))
    draw.rectangle((1158, 256, 1212, 300), fill=(40, 36, 48))
    beam = Image.new("L", SIZE)
    ImageDraw.Draw(beam).polygon([(1185, 276), (0, 120), (0, 380)], fill=120)
    light = Image.new("RGB", SIZE, (255, 236, 190))
    picture.paste(light, mask=beam.filter(ImageFilter.GaussianBlur(26)))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((1172, 264, 1198, 290), fill=(255, 246, 214))
    draw.polygon([(1060, 690), (1310, 690), (1270, 650), (1100, 650)], fill=(28, 28, 40))
    return picture


def _river(rng: Random) -> Image.Image:
    picture = _sky((206, 212, 216), (150, 160, 170))
    for base, height, colour in ((560, 160, (160, 170, 176)), (640, 110, (128, 140, 148))):
        _ridge(picture, rng, base, height, colour)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 690, *SIZE), fill=(172, 182, 190))
    draw.rectangle((0, 640, SIZE[0], 668), fill=(92, 98, 104))
    for x in range(160, SIZE[0], 360):
        draw.rectangle((x, 660, x + 36, 800), fill=(104, 110, 116))
    fog = Image.new("L", SIZE)
    for _ in range(40):
        x, y = rng.randrange(-200, SIZE[0]), rng.randrange(520, 820)
        ImageDraw.Draw(fog).ellipse((x, y, x + 620, y + 90), fill=rng.randrange(120, 220))
    picture.paste(Image.new("RGB", SIZE, (226, 230, 232)), mask=fog.filter(ImageFilter.GaussianBlur(50)))
    return picture


DESCRIPTIONS = {
    "comet": "A green comet with a long straight tail above dark hills, the sky full of stars.",
    "harbour": "A red and white lighthouse at dusk, its beam over a still sea.",
    "river": "A bridge over a wide river, most of it gone in the morning fog.",
    "wren": "A drawing of a wren on a twig: very round, tail up, and looking as if it had plans.",
}
PICTURES: dict[str, Callable[[Random], Image.Image]] = {
    "comet": _comet,
    "harbour": _harbour,
    "river": _river,
    "wren": _wren,
}
