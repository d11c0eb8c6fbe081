"""Skin, hair, clothes and things worn: which parts a person is drawn with, and how they look."""

import colorsys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import shapes
from parts import Look, Part
from people import CROWN, EYE_RINGS, Body, Garment, Library, body_part, eyes_part, rest_point

HELD_OUT_OUTFITS = ("male_casualsuit03", "female_casualsuit02")
"""Clothes that training never sees; the hold-out renders wear nothing else."""

FEMALE_HAIR = {
    "bob01": 2,
    "bob02": 2,
    "long01": 3,
    "ponytail01": 3,
    "braid01": 1,
    "short01": 1,
    "short03": 1,
    "short04": 1,
    "afro01": 1,
}
MALE_HAIR = {
    "short01": 3,
    "short02": 3,
    "short03": 2,
    "short04": 3,
    "afro01": 1,
    "ponytail01": 0.5,
    "long01": 0.6,
    "bob02": 0.4,
    "": 1.5,
}
"""How often each style is drawn; the empty name is a shaved head (the skin textures have stubble painted on)."""

FLAT_HAIR = ("", "short04", "short01", "short02")
"""Styles that a cap or a headscarf can lie over."""

HAIR_TINTS = (
    (0.05, 0.04, 0.035),
    (0.16, 0.09, 0.05),
    (0.32, 0.19, 0.09),
    (0.75, 0.55, 0.3),
    (0.6, 0.58, 0.55),
    (0.45, 0.14, 0.06),
)


@dataclass
class Outfit:
    """Everything drawn for one person and the names for the truth file."""

    parts: list[tuple[Part, Look]] = field(default_factory=list)
    clothes: str = ""
    hair: str = ""
    skin: str = ""
    accessories: list[str] = field(default_factory=list)

    def names(self) -> dict:
        """What the truth file says about it."""
        return {"outfit": self.clothes, "hair": self.hair, "skin": self.skin, "accessory": self.accessories}


def random_colour(rng: np.random.Generator, saturation: float = 0.8) -> tuple[float, float, float]:
    """A linear colour; dark and dull ones are as common as in clothes."""
    value = rng.uniform(0.03, 0.9) ** 1.3
    return tuple(c**1.6 for c in colorsys.hsv_to_rgb(rng.random(), saturation * rng.random() ** 0.8, max(value, 0.03)))


class Wardrobe:
    """The assets folder (see README): proxies by kind, and their textures."""

    def __init__(self, assets: Path, bodies: Library):
        self.assets, self.bodies, self.garments = assets / "makehuman", bodies, {}
        self.outfits = sorted(p.name for p in (self.assets / "clothes").iterdir() if "suit" in p.name)

    def garment(self, kind: str, name: str, file: str | None = None) -> Garment:
        """A proxy, read once."""
        key = (kind, file or name)
        if key not in self.garments:
            self.garments[key] = Garment(self.assets / kind / name / f"{file or name}.mhclo", self.bodies)
        return self.garments[key]

    def texture(self, kind: str, name: str) -> Path | None:
        """The colour texture of a proxy, if there is one."""
        folder = self.assets / "textures" / kind / name
        found = sorted(folder.glob("*.png")) if folder.is_dir() else []
        colour = [path for path in found if "diffuse" in path.name and "suit" not in path.stem.split("_diffuse")[-1]]
        return (colour or found or [None])[0]

    def dress(
        self, body: Body, rng: np.random.Generator, held_out: bool, shoes: bool, chosen: tuple[str, str] | None = None
    ) -> Outfit:
        """Draws a person's looks. Clothes and hair can be chosen instead, which also leaves out accessories."""
        outfit = Outfit()
        female = body.phenotype["gender"] > 0.5
        posed = body.vertices()
        wanted = "female" if female and rng.random() < 0.72 else "male"
        pool = [n for n in self.outfits if (n in HELD_OUT_OUTFITS) == held_out and n.startswith(wanted)]
        outfit.clothes = chosen[0] if chosen else str(rng.choice(pool))
        garment = self.garment("clothes", outfit.clothes)
        hidden = list(garment.deleted)
        outfit.parts.append((garment.fit(body), self._cloth(outfit.clothes, rng)))
        if shoes:
            name = f"shoes0{rng.integers(1, 7)}"
            shoe = self.garment("clothes", name)
            hidden += shoe.deleted
            outfit.parts.append((shoe.fit(body), Look(texture=self.texture("clothes", name), roughness=0.5)))
        self._face(body, posed, hidden, female, outfit, rng)
        styles = FEMALE_HAIR if female else MALE_HAIR
        shares = np.array(list(styles.values()), float)
        outfit.hair = chosen[1] if chosen else str(rng.choice(list(styles), p=shares / shares.sum()))
        self._hair(body, outfit, rng)
        if not chosen:
            self._accessories(body, outfit, rng)
        return outfit

    def _cloth(self, name: str, rng: np.random.Generator) -> Look:
        look = Look(
            texture=self.texture("clothes", name), roughness=rng.uniform(0.55, 0.95), specular=rng.uniform(0.1, 0.35)
        )
        choice = rng.random()
        if choice < 0.6:
            look.saturation, look.value = rng.uniform(0.0, 0.25), rng.uniform(1.6, 3.5)
            look.recolour = random_colour(rng)
        elif choice < 0.85:
            look.hue, look.saturation, look.value = rng.random(), rng.uniform(0.3, 1.1), rng.uniform(0.6, 1.8)
        else:
            look.hue, look.value = rng.normal(0.5, 0.03), rng.uniform(0.8, 1.3)
        if rng.random() < 0.35:
            look.pattern = str(rng.choice(["stripes", "checks", "noise"]))
            look.pattern_colour = random_colour(rng)
            look.pattern_scale = {
                "stripes": rng.uniform(6, 40),
                "checks": rng.uniform(20, 90),
                "noise": rng.uniform(8, 60),
            }[look.pattern]
        return look

    def _face(
        self, body: Body, posed: np.ndarray, hidden: list[int], female: bool, outfit: Outfit, rng: np.random.Generator
    ) -> None:
        age = body.phenotype["age"]
        race = max(("african", "asian", "caucasian"), key=lambda name: body.phenotype[name])
        stage = "young" if age < 0.74 else "middleage" if age < 0.87 else "old"
        outfit.skin = f"{stage}_{race}_{'female' if female else 'male'}"
        skin = body_part(body, posed, hidden)
        look = Look(
            texture=self.texture("skins", outfit.skin),
            value=rng.uniform(0.75, 1.2),
            saturation=rng.uniform(0.75, 1.1),
            hue=0.5 + rng.normal(0, 0.008),
            roughness=rng.uniform(0.4, 0.65),
            specular=0.35,
            subsurface=0.12,
        )
        if not female and rng.random() < 0.4:
            skin.tint = beard(body.rest) * rng.uniform(0.35, 1.0)
            look.ramp = (
                (0.0, (1.0, 1.0, 1.0)),
                (1.0, tuple(0.25 + 0.5 * c for c in HAIR_TINTS[rng.integers(len(HAIR_TINTS))])),
            )
            outfit.accessories.append("beard")
        outfit.parts.append((skin, look))
        iris = [(0.04, 0.02, 0.01), (0.1, 0.05, 0.02), (0.12, 0.2, 0.3), (0.12, 0.2, 0.1)][
            rng.choice(4, p=[0.5, 0.25, 0.15, 0.1])
        ]
        stops = ((0.0, iris), (0.54, iris), (0.62, (0.4, 0.37, 0.35)))
        outfit.parts.append((eyes_part(body, posed), Look(ramp=stops, roughness=0.2, specular=0.5)))
        outfit.parts += pupils(body, rng.uniform(0.0016, 0.0026))
        brow = f"eyebrow0{rng.integers(1, 13):02d}"
        lash = f"eyelashes0{rng.integers(2, 5)}"
        for kind, name in (("eyebrows", brow), ("eyelashes", lash)):
            hairs = Look(texture=self.texture(kind, name), alpha=True, roughness=0.9, specular=0.05, value=0.6)
            outfit.parts.append((self.garment(kind, name).fit(body), hairs))

    def _hair(self, body: Body, outfit: Outfit, rng: np.random.Generator) -> None:
        if not outfit.hair:
            return
        texture = self.texture("hair", outfit.hair)
        look = Look(texture=texture, alpha=texture is not None, roughness=rng.uniform(0.5, 0.85), specular=0.2)
        if texture is None:
            look.colour = HAIR_TINTS[rng.integers(len(HAIR_TINTS))]
        elif rng.random() < 0.7:
            look.saturation, look.value = (
                0.25,
                rng.uniform(2.0, 5.0) if outfit.hair in ("afro01", "bob01", "short01", "short04") else 1.6,
            )
            look.recolour = tuple(c * rng.uniform(0.8, 1.5) for c in HAIR_TINTS[rng.integers(len(HAIR_TINTS))])
        outfit.parts.append((self.garment("hair", outfit.hair).fit(body), look))

    def _accessories(self, body: Body, outfit: Outfit, rng: np.random.Generator) -> None:
        if rng.random() < 0.3:
            outfit.parts += glasses(body, rng)
            outfit.accessories.append("glasses")
        chance = rng.random()
        if chance < 0.06 and outfit.hair in FLAT_HAIR:
            kind = str(rng.choice(list(COVERS)))
            outfit.parts.append(cover(body, kind, rng))
            outfit.accessories.append(kind)
        elif chance < 0.13:
            outfit.parts += headphones(body, rng)
            outfit.accessories.append("headphones")
        elif chance < 0.16:
            file = str(rng.choice(["fedora", "fedora_cocked"]))
            hat = Look(colour=random_colour(rng, 0.4), roughness=0.9, specular=0.1)
            outfit.parts.append((self.garment("clothes", "fedora01", file).fit(body), hat))
            outfit.accessories.append("hat")
        if rng.random() < 0.06:
            outfit.parts.append(scarf(body, rng))
            outfit.accessories.append("scarf")


def pupils(body: Body, radius: float) -> list[tuple[Part, Look]]:
    """Two black discs just in front of the irises."""
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    circle = np.stack([np.cos(angle), np.zeros(12), np.sin(angle)], 1)
    parts = []
    for name, bone in (("left_eye", "eye.L"), ("right_eye", "eye.R")):
        middle = body.rest[EYE_RINGS[name]].mean(0) + np.array([0.0, -0.0003, 0.0])
        points = np.stack([middle + share * radius * circle for share in (1.0, 0.01)])
        disc = shapes.grid("pupil", body.carry(points.reshape(-1, 3), bone).reshape(points.shape), wrap_v=True)
        parts.append((disc, Look(colour=(0.004, 0.004, 0.004), roughness=0.15, specular=0.5)))
    return parts


def beard(rest: np.ndarray) -> np.ndarray:
    """0..1 per vertex: where a beard grows, from the sideburns along the jaw to the upper lip, lips left free."""
    tragus, chin = rest_point(rest, "left_ear"), rest_point(rest, "chin")
    mouth = (rest_point(rest, "mouth_left") + rest_point(rest, "mouth_right")) / 2
    half = abs(rest_point(rest, "mouth_left")[0]) + 0.001
    ahead = np.clip((tragus[1] - rest[:, 1]) / (tragus[1] - mouth[1]), 0, 1.3)
    upper = tragus[2] - 0.005 + (mouth[2] + 0.012 - tragus[2] + 0.005) * np.clip(ahead * 1.25, 0, 1)
    mask = np.clip((upper - rest[:, 2]) / 0.008, 0, 1) * np.clip((rest[:, 2] - chin[2] + 0.035) / 0.015, 0, 1)
    mask *= np.clip((ahead - 0.02) / 0.08, 0, 1)
    lips = (rest[:, 0] / half) ** 2 + ((rest[:, 2] - mouth[2]) / 0.010) ** 2
    mask *= np.clip((lips - 0.8) / 0.6, 0, 1)
    return (mask * (np.abs(rest[:, 0]) < 0.12)).astype(np.float32)


def _cap(rest: np.ndarray) -> np.ndarray:
    """The scalp above a line from the brow to the nape."""
    eye, ear = rest_point(rest, "left_eye"), rest_point(rest, "left_ear")
    share = (rest[:, 1] - eye[1]) / (ear[1] - eye[1])
    return rest[:, 2] > eye[2] + 0.032 - 0.012 * share


def _headscarf(rest: np.ndarray) -> np.ndarray:
    """Scalp, ears, throat and neck down to the shoulders; the face stays free."""
    ear, eye, chin = rest_point(rest, "left_ear"), rest_point(rest, "left_eye"), rest_point(rest, "chin")
    behind = rest[:, 1] > ear[1] - 0.035
    above = rest[:, 2] > eye[2] + 0.045
    below = (rest[:, 2] < chin[2] - 0.012) & (rest[:, 1] > chin[1] + 0.012)
    return (behind | above | below) & (rest[:, 2] > rest_point(rest, "c7")[2] - 0.05) & (np.abs(rest[:, 0]) < 0.135)


COVERS = {"cap": _cap, "headscarf": _headscarf}
"""Cloth laid over the skin: which vertices it covers."""


def cover(body: Body, kind: str, rng: np.random.Generator) -> tuple[Part, Look]:
    """Cloth that follows the skin at a distance of one to three centimetres."""
    arrays = body.bodies.arrays
    faces = arrays["body_faces"]
    inside = COVERS[kind](body.rest) & (body.rest[:, 2] > rest_point(body.rest, "c7")[2] - 0.06)
    keep = inside[faces].all(1)
    chosen = faces[keep]
    a, b, c = (body.rest[chosen[:, i]] for i in range(3))
    normals = np.zeros_like(body.rest)
    for i in range(4):
        np.add.at(normals, chosen[:, i], np.cross(b - a, c - a))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
    used, corners = np.unique(chosen, return_inverse=True)
    lifted = body.rest[used] + normals[used] * rng.uniform(0.012, 0.022)
    posed = body.skin(lifted, body.bodies.weights[used])
    texture = arrays["texture"][arrays["body_face_texture"][keep]].reshape(-1, 2)
    look = Look(colour=random_colour(rng), roughness=0.95, specular=0.05)
    if rng.random() < 0.4:
        look.pattern, look.pattern_colour, look.pattern_scale = "noise", random_colour(rng), rng.uniform(20, 80)
    return Part(kind, posed, corners.ravel().astype(np.int32), np.full(len(chosen), 4, np.int32), texture), look


def glasses(body: Body, rng: np.random.Generator) -> list[tuple[Part, Look]]:
    """Frames of two rims, a bridge and temples to the ears; one pair in eight has dark lenses."""
    rest, colour = body.rest, random_colour(rng, 0.5)
    frame = Look(colour=colour if rng.random() < 0.4 else (0.02, 0.02, 0.02), roughness=0.35, specular=0.5)
    width, height, square = rng.uniform(0.024, 0.030), rng.uniform(0.018, 0.025), rng.uniform(0.5, 1.0)
    thickness = rng.uniform(0.0009, 0.0024)
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    dark = rng.random() < 0.12
    parts, inner = [], []
    for side, sign in (("left", 1.0), ("right", -1.0)):
        eye, ear = rest_point(rest, f"{side}_eye"), rest_point(rest, f"{side}_ear")
        centre = eye + np.array([sign * 0.002, -0.016, -0.004])
        ring = np.stack(
            [
                np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** square * width,
                0.25 * sign * np.cos(angle) * width * 0.6,
                np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** square * height,
            ],
            1,
        )
        rim = centre + ring
        parts.append((shapes.tube("rim", body.carry(rim, "head"), thickness, closed=True), frame))
        outer = centre + np.array([sign * width, 0.25 * 0.6 * width, 0.006])
        inner.append(centre + np.array([-sign * width, -0.25 * 0.6 * width, 0.004]))
        over = ear + np.array([sign * 0.004, 0.006, 0.026])
        temple = np.array(
            [outer, 0.5 * (outer + over) + np.array([sign * 0.006, 0, 0.002]), over, over + [0, 0.022, -0.012]]
        )
        parts.append((shapes.tube("temple", body.carry(temple, "head"), thickness), frame))
        if dark:
            rings = np.stack([centre + ring * share for share in (0.99, 0.5, 0.001)])
            lens = Look(colour=(0.015, 0.015, 0.02), roughness=0.08, specular=0.6)
            parts.append(
                (shapes.grid("lens", body.carry(rings.reshape(-1, 3), "head").reshape(rings.shape), wrap_v=True), lens)
            )
    bridge = np.array([inner[0], (inner[0] + inner[1]) / 2 + [0, -0.003, 0.003], inner[1]])
    parts.append((shapes.tube("bridge", body.carry(bridge, "head"), thickness), frame))
    return parts


def headphones(body: Body, rng: np.random.Generator) -> list[tuple[Part, Look]]:
    """A band over the crown and two cups that hide the ears."""
    rest = body.rest
    left, right, crown = rest_point(rest, "left_ear"), rest_point(rest, "right_ear"), rest[CROWN]
    middle, half = (left + right) / 2, (left[0] - right[0]) / 2 + 0.022
    rise = crown[2] - middle[2] + rng.uniform(0.012, 0.03)
    angle = np.linspace(0, np.pi, 24)
    band = middle + np.stack([half * np.cos(angle), np.full(24, 0.012), rise * np.sin(angle) ** 0.8], 1)
    colour = Look(colour=random_colour(rng, 0.5) if rng.random() < 0.4 else (0.02, 0.02, 0.02), roughness=0.4)
    parts = [(shapes.tube("band", body.carry(band, "head"), (rng.uniform(0.008, 0.016), 0.004)), colour)]
    size = rng.uniform(0.032, 0.043)
    for sign, ear in ((1, left), (-1, right)):
        cup = shapes.rounded_box("cup", ear + np.array([sign * 0.022, 0.012, 0.004]), (0.016, size * 0.85, size), 0.7)
        cup.vertices = body.carry(cup.vertices, "head")
        parts.append((cup, colour))
    return parts


def scarf(body: Body, rng: np.random.Generator) -> tuple[Part, Look]:
    """A thick ring around the lower neck."""
    middle = body.heads[body.bodies.bone["neck01"]] + np.array([0.0, -0.012, 0.018])
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    wave = 0.006 * np.sin(angle * rng.integers(3, 8) + rng.uniform(0, 6))
    ring = middle + np.stack(
        [(0.072 + wave) * np.cos(angle), (0.078 + wave) * np.sin(angle), 0.018 * np.sin(angle) + wave], 1
    )
    part = shapes.tube(
        "scarf",
        body.carry(ring, "neck01"),
        (rng.uniform(0.025, 0.042), rng.uniform(0.02, 0.028)),
        closed=True,
        sides=14,
    )
    look = Look(colour=random_colour(rng), roughness=0.95, specular=0.05)
    if rng.random() < 0.5:
        look.pattern, look.pattern_colour, look.pattern_scale = "stripes", random_colour(rng), rng.uniform(5, 20)
    return part, look
