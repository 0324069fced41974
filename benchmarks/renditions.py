"""What a rendition costs beside a plain resize by Pillow, and beside reading one that is kept.

    .venv/bin/python benchmarks/renditions.py [--rounds 7] [--megapixels 12]

The plain way opens, decodes, resizes whole by the same filter and saves in the same quality; it cuts nothing, turns
nothing and knows no colours. Least times of a run; ratios are what to compare.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageFilter

from pictures import Fit, Focal, Limits, Rendition, Target, develop
from pictures.developing import _options
from service.darkroom import Darkroom
from storage import BoundedFolder

ASKED = {
    "w640": Rendition(640),
    "w640h360, cut": Rendition(640, 360, focal=Focal(0.3, 0.25)),
    "w1280": Rendition(1280),
    "w2560": Rendition(2560),
}
LIMITS = Limits()


def picture(megapixels: float) -> Image.Image:
    """Shapes in colour with grain, as much to encode as a photograph."""
    width = round((megapixels * 1_000_000 * 4 / 3) ** 0.5)
    size = (width, width * 3 // 4)
    shapes = Image.effect_mandelbrot((1_000, 750), (-2, -1.2, 1, 1.2), 90).convert("L").resize(size)
    colours = Image.merge("RGB", (shapes, shapes.rotate(180), shapes.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))
    return Image.blend(colours, Image.effect_noise(size, 50).convert("RGB"), 0.2).filter(ImageFilter.GaussianBlur(1))


def plain(content: bytes, rendition: Rendition, target: Target) -> bytes:
    """The plain way."""
    with Image.open(BytesIO(content)) as image:
        height = rendition.height or round(image.height * rendition.width / image.width)
        small = image.convert("RGB").resize((rendition.width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, target.upper(), **dict(_options(target, 75)))
    return out.getvalue()


def least(work: Callable[[], object], rounds: int) -> float:
    """The least time of some rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        times.append(perf_counter() - started)
    return min(times) * 1000


def main() -> None:
    """Print a table for each format of the original."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--megapixels", type=float, default=12)
    chosen = parser.parse_args()
    image = picture(chosen.megapixels)
    for name in ("JPEG", "PNG", "WEBP"):
        out = BytesIO()
        image.save(out, name, quality=90)
        print(f"\n{name}, {image.width} x {image.height}, {out.tell() / 1e6:.1f} MB")
        print(f"{'':14} {'':5} {'ms':>7} {'plain':>7} {'ratio':>6} {'kB':>7}")
        _table(out.getvalue(), chosen.rounds)
    _kept(image, chosen.rounds)


def _table(content: bytes, rounds: int) -> None:
    for asked, rendition in ASKED.items():
        for target in (Target.WEBP, Target.AVIF, Target.JPEG):
            made = develop(content, rendition, target, LIMITS)
            ours = least(partial(develop, content, rendition, target, LIMITS), rounds)
            theirs = least(partial(plain, content, rendition, target), rounds)
            print(f"{asked:14} {target:5} {ours:7.1f} {theirs:7.1f} {ours / theirs:6.2f} {len(made) / 1e3:7.1f}")


def _kept(image: Image.Image, rounds: int) -> None:
    out = BytesIO()
    image.save(out, "JPEG", quality=90)
    content, digest = out.getvalue(), "0" * 64
    with tempfile.TemporaryDirectory() as folder:
        darkroom = Darkroom(BoundedFolder(Path(folder), 1_000_000_000), LIMITS)
        started = perf_counter()
        darkroom.rendition(digest, Rendition(160), Target.WEBP, lambda: content)
        first = (perf_counter() - started) * 1000
        widths = iter(range(200, 2_000))
        apart = least(lambda: darkroom.rendition(digest, Rendition(next(widths)), Target.WEBP, lambda: content), rounds)
        inside = least(lambda: develop(content, Rendition(210, fit=Fit.COVER), Target.WEBP, LIMITS), rounds)
        kept = least(lambda: darkroom.rendition(digest, Rendition(160), Target.WEBP, lambda: content), 200)
        darkroom.close()
    print(f"\nin a process of its own {apart:.1f} ms, in this one {inside:.1f}; the first, with its start, {first:.0f}")
    print(f"one that is kept: {kept * 1000:.0f} µs")


if __name__ == "__main__":
    main()
