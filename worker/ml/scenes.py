"""Draws the demo's two domains of street scenes: a plain rendered source, a photographed target.

Both show the same kinds of street. The source is flat colour under even light. The target has
other colours and textures, a sun, shadows, haze, a lens and a noisy sensor, so that a model of the
source alone is visibly worse there.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from worker.ml.sampling import generator

CLASSES = (
    ("sky", "#4682b4"),
    ("building", "#464646"),
    ("road", "#804080"),
    ("sidewalk", "#f423e8"),
    ("vegetation", "#6b8e23"),
    ("car", "#00008e"),
    ("pole", "#999999"),
    ("person", "#dc143c"),
)
SKY, BUILDING, ROAD, SIDEWALK, VEGETATION, CAR, POLE, PERSON = range(len(CLASSES))
Colour = tuple[int, int, int]

# Mean colours per class. The target's are duller, and road, building and pole come close.
SOURCE_COLOURS: dict[int, Sequence[Colour]] = {
    SKY: [(120, 180, 240)],
    BUILDING: [(190, 150, 120), (170, 90, 80), (200, 190, 160)],
    ROAD: [(90, 90, 95)],
    SIDEWALK: [(190, 185, 180)],
    VEGETATION: [(70, 150, 60), (50, 120, 50)],
    CAR: [(200, 30, 30), (30, 60, 180), (230, 200, 40)],
    POLE: [(60, 60, 60)],
    PERSON: [(220, 130, 60), (140, 60, 160)],
}
TARGET_COLOURS: dict[int, Sequence[Colour]] = {
    SKY: [(205, 205, 200), (185, 195, 205)],
    BUILDING: [(125, 115, 105), (95, 95, 100), (150, 140, 125)],
    ROAD: [(110, 106, 100), (125, 122, 118)],
    SIDEWALK: [(140, 132, 125)],
    VEGETATION: [(60, 70, 45), (85, 80, 50)],
    CAR: [(60, 60, 65), (170, 170, 175), (90, 40, 40)],
    POLE: [(115, 112, 110)],
    PERSON: [(50, 50, 70), (100, 80, 75)],
}


@dataclass
class Scene:
    """Colours and ids drawn at once, so that they cannot disagree."""

    image: Image.Image
    labels: Image.Image
    colours: dict[int, Sequence[Colour]]
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self._pens = ImageDraw.Draw(self.image), ImageDraw.Draw(self.labels)

    def colour(self, label: int) -> Colour:
        choices = self.colours[label]
        base = np.array(choices[int(self.rng.integers(len(choices)))])
        red, green, blue = np.clip(base + self.rng.normal(0, 6, 3), 0, 255).astype(int).tolist()
        return red, green, blue

    def polygon(self, label: int, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        self._pens[0].polygon(points, fill=colour)
        self._pens[1].polygon(points, fill=label)

    def box(self, label: int, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        self.polygon(label, [(x, y), (x + w, y), (x + w, y + h), (x, y + h)], colour)

    def disc(self, label: int, x: float, y: float, radius: float, colour: Colour) -> None:
        where = (x - radius, y - radius, x + radius, y + radius)
        self._pens[0].ellipse(where, fill=colour)
        self._pens[1].ellipse(where, fill=label)


def draw_scenes(
    folder: Path,
    *,
    source: int,
    target: int,
    test: int,
    size: tuple[int, int] = (160, 224),
    seed: int,
) -> None:
    """Write `folder/{source,target,test}/{images,labels}` and `classes.json`.

    The target's file names begin with the camera that took them (`cam0_0001`); the test split is
    of other streets and the same cameras.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed = [{"id": i, "name": name, "colour": c} for i, (name, c) in enumerate(CLASSES)]
    (folder / "classes.json").write_text(json.dumps({"classes": listed, "void": 255}, indent=1))
    for stream, (split, count) in enumerate(
        [("source", source), ("target", target), ("test", test)]
    ):
        for kind in ("images", "labels"):
            (folder / split / kind).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            rng = generator(seed, stream, number)
            if split == "source":
                name = f"render_{number:04d}"
                scene = street(size, SOURCE_COLOURS, rng)
            else:
                camera = int(rng.integers(3))
                # One numbering for both splits of a camera: a name is one image of the domain.
                frame = number + (target if split == "test" else 0)
                name = f"cam{camera}_{frame:04d}"
                scene = street(size, TARGET_COLOURS, rng)
                scene.image = photograph(scene, camera)
            scene.image.save(folder / split / "images" / f"{name}.jpg", quality=92)
            scene.labels.save(folder / split / "labels" / f"{name}.png")


def street(
    size: tuple[int, int], colours: dict[int, Sequence[Colour]], rng: np.random.Generator
) -> Scene:
    """A road to the horizon, houses and trees beside it, cars, people and poles on it."""
    height, width = size
    scene = Scene(Image.new("RGB", (width, height)), Image.new("L", (width, height)), colours, rng)
    horizon = height * rng.uniform(0.35, 0.5)
    vanish = width * rng.uniform(0.35, 0.65)
    scene.box(SKY, 0, 0, width, height, scene.colour(SKY))
    _houses(scene, width, horizon)
    _ground(scene, size, horizon, vanish)
    things = [_car, _car, _tree, _tree, _pole, _person, _car, _pole, _person, _tree]
    count = int(rng.integers(5, len(things) + 1))
    # Far things first, so that near ones stand before them.
    for depth in sorted(rng.uniform(0.08, 1, count)):
        things[int(rng.integers(len(things)))](scene, size, horizon, vanish, float(depth))
    return scene


def _houses(scene: Scene, width: int, horizon: float) -> None:
    x = -width * scene.rng.uniform(0, 0.2)
    while x < width:
        wide = width * scene.rng.uniform(0.1, 0.3)
        kind = scene.rng.random()
        if kind < 0.7:
            tall = horizon * scene.rng.uniform(0.3, 1.0)
            scene.box(BUILDING, x, horizon - tall, wide, tall + 2, scene.colour(BUILDING))
        elif kind < 0.85:
            scene.disc(VEGETATION, x + wide / 2, horizon, wide * 0.6, scene.colour(VEGETATION))
        x += wide


def _ground(scene: Scene, size: tuple[int, int], horizon: float, vanish: float) -> None:
    height, width = size
    scene.box(SIDEWALK, 0, horizon, width, height - horizon, scene.colour(SIDEWALK))
    if scene.rng.random() < 0.6:  # a verge on one side
        side = float(scene.rng.choice([-0.2, 1.2])) * width
        edge = 0.0 if side < 0 else float(width)
        verge = [(vanish, horizon), (side, height), (edge, height), (edge, horizon)]
        scene.polygon(VEGETATION, verge, scene.colour(VEGETATION))
    left, right = width * scene.rng.uniform(-0.2, 0.2), width * scene.rng.uniform(0.8, 1.2)
    top = width * 0.03
    road = [(vanish - top, horizon), (vanish + top, horizon), (right, height), (left, height)]
    scene.polygon(ROAD, road, scene.colour(ROAD))


def _place(
    scene: Scene, size: tuple[int, int], horizon: float, vanish: float, depth: float, spread: float
) -> tuple[float, float, float]:
    """Foot point on the ground and the height of a person there; depth 1 is nearest."""
    foot = horizon + (size[0] - horizon) * depth
    x = vanish + size[1] * spread * depth * float(scene.rng.uniform(-1, 1))
    return x, foot, size[0] * 0.45 * depth


def _car(scene: Scene, size: tuple[int, int], horizon: float, vanish: float, depth: float) -> None:
    x, foot, tall = _place(scene, size, horizon, vanish, min(depth, 0.85), 0.4)
    wide, colour = tall * 1.3, scene.colour(CAR)
    scene.box(CAR, x - wide / 2, foot - tall * 0.45, wide, tall * 0.4, colour)
    roof, top = wide * 0.32, foot - tall * 0.8
    shoulder = foot - tall * 0.44
    cabin = [(x - roof, top), (x + roof, top), (x + wide * 0.42, shoulder)]
    scene.polygon(CAR, [*cabin, (x - wide * 0.42, shoulder)], colour)
    for wheel in (-0.3, 0.3):
        scene.disc(CAR, x + wide * wheel, foot - tall * 0.06, tall * 0.1, (25, 25, 25))


def _person(
    scene: Scene, size: tuple[int, int], horizon: float, vanish: float, depth: float
) -> None:
    x, foot, tall = _place(scene, size, horizon, vanish, min(depth, 0.9), 0.6)
    colour = scene.colour(PERSON)
    scene.box(PERSON, x - tall * 0.13, foot - tall * 0.82, tall * 0.26, tall * 0.82, colour)
    scene.disc(PERSON, x, foot - tall * 0.9, tall * 0.1, colour)


def _pole(scene: Scene, size: tuple[int, int], horizon: float, vanish: float, depth: float) -> None:
    x, foot, tall = _place(scene, size, horizon, vanish, depth, 0.7)
    wide = max(2.0, tall * 0.07)
    scene.box(POLE, x, foot - tall * 2.2, wide, tall * 2.2, scene.colour(POLE))


def _tree(scene: Scene, size: tuple[int, int], horizon: float, vanish: float, depth: float) -> None:
    x, foot, tall = _place(scene, size, horizon, vanish, depth, 0.9)
    scene.box(POLE, x, foot - tall, max(2.0, tall * 0.1), tall, scene.colour(POLE))
    colour = scene.colour(VEGETATION)
    for dx, dy in ((0.0, 0.0), (-0.3, 0.2), (0.3, 0.15)):
        scene.disc(VEGETATION, x + tall * dx, foot - tall * (1.5 - dy), tall * 0.42, colour)


def photograph(scene: Scene, camera: int) -> Image.Image:
    """What camera number `camera` sees of a drawn scene: texture, light, haze, lens, sensor."""
    rng, ids = scene.rng, np.asarray(scene.labels)
    image = np.asarray(scene.image).astype(np.float32)
    image += _texture(ids, rng)[..., None]
    image *= _light(ids.shape, rng)[..., None]
    depth = np.linspace(1, 0, ids.shape[0], dtype=np.float32)[:, None, None]
    haze = float(rng.uniform(0.15, 0.5)) * depth
    image = image * (1 - haze) + 200 * haze
    casts = ((1.06, 1.0, 0.9), (0.9, 0.98, 1.08), (1.0, 1.04, 0.96))  # warm, cold, greenish
    image *= np.array(casts[camera], np.float32) * rng.uniform(0.75, 1.1)
    lens = Image.fromarray(np.clip(image, 0, 255).astype(np.uint8))
    lens = lens.filter(ImageFilter.GaussianBlur(0.6 + 0.3 * camera))
    noisy = np.asarray(lens) + rng.normal(0, 5 + 2 * camera, image.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def _texture(ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Grain of another coarseness per class: leaves, plaster, asphalt."""
    strength = np.array([4, 14, 9, 10, 26, 12, 8, 14], np.float32)[ids]
    coarse = rng.normal(0, 1, tuple(-(-side // 3) for side in ids.shape)).repeat(3, 0).repeat(3, 1)
    fine = rng.normal(0, 1, ids.shape)
    mixed = 0.6 * coarse[: ids.shape[0], : ids.shape[1]] + 0.6 * fine
    return np.asarray(mixed * strength, np.float32)


def _light(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """A gradient from the sun's side and one long shadow across the street."""
    height, width = shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    slope = float(rng.uniform(-0.25, 0.25))
    light = 1 + slope * (columns / width - 0.5) * 2
    offset, tilt = float(rng.uniform(0.2, 1.2)) * width, float(rng.uniform(-0.8, 0.8))
    shadow = np.abs(columns + tilt * rows - offset) < width * float(rng.uniform(0.05, 0.2))
    return np.asarray(np.where(shadow & (rows > height * 0.4), light * 0.6, light), np.float32)


def main() -> None:
    """Draw scenes from the command line."""
    parser = argparse.ArgumentParser(prog="worker.ml.scenes", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    for split in ("source", "target", "test"):
        parser.add_argument(f"--{split}", type=int, required=True, help="how many images")
    parser.add_argument("--size", type=int, nargs=2, default=(160, 224), metavar=("H", "W"))
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    draw_scenes(
        asked.folder,
        source=asked.source,
        target=asked.target,
        test=asked.test,
        size=tuple(asked.size),
        seed=asked.seed,
    )


if __name__ == "__main__":
    main()
