"""The colours of the stages, as a style sheet made from `turn_stages`.

An administrator picks a stage's colour; of it only hue and chroma are taken (lightness is the theme's, so that
every choice keeps its contrast by day and night). The content security policy allows no style attribute, so the
colours come as `/assets/stages.<hash>.css`, one rule a stage.
"""

import threading
import time
from math import atan2, cbrt, degrees, hypot

from sqlalchemy import select

from turns_web.core import db
from turns_web.schema import turn_stages
from turns_web.web.static_files import PREFIX, Asset, hashed

# A colour saved elsewhere shows after this many seconds at the latest.
FRESH_S = 5
# Beyond this chroma some hues leave sRGB at our lightness, and text on them loses contrast.
MOST_CHROMA = 0.13


class StageColours:
    """The present style sheet of one process. Read at first use; later readings never hold up a page."""

    def __init__(self):
        self._asset = None
        self._read_at = 0.0
        self._reading = threading.Lock()

    def url(self):
        """The address for the page's head."""
        if self._asset is None:
            self._read()
        elif time.monotonic() - self._read_at > FRESH_S and self._reading.acquire(blocking=False):
            threading.Thread(target=self._read_and_release, daemon=True).start()
        return PREFIX + self._asset.name  # pyright: ignore[reportOptionalMemberAccess] # _read has set it

    def find(self, name):
        """The style sheet of that name; one that this process has not seen is read anew, for it may be newer."""
        if self._asset is None or self._asset.name != name:
            self._read()
        return self._asset

    def forget(self):
        """A stage was saved: the next page reads the colours again."""
        self._asset = None

    def _read(self):
        with db.read(None) as session:
            stages = session.execute(
                select(turn_stages.c.id, turn_stages.c.color, turn_stages.c.is_complete_stage).order_by(
                    turn_stages.c.display_order, turn_stages.c.id
                )
            ).all()
        body = stylesheet(stages).encode()
        self._asset = Asset(hashed("stages.css", body), body)
        self._read_at = time.monotonic()

    def _read_and_release(self):
        try:
            self._read()
        finally:
            self._reading.release()


def stylesheet(stages):
    """One rule for each stage: hue, chroma, and how full its house is."""
    rules = []
    under_way = [stage for stage in stages if not stage.is_complete_stage]
    for stage in stages:
        full = 4 if stage.is_complete_stage else _fullness(under_way.index(stage), len(under_way))
        hue, chroma = hue_and_chroma(stage.color or "#000000")
        rules.append(
            f'  [data-stage="{stage.id}"] '
            f"{{ --stage-h: {hue:.0f}; --stage-c: {chroma:.3f}; --icon-stage: var(--icon-stage-{full}); }}"
        )
    return "@layer tokens {\n" + "\n".join(rules) + "\n}\n"


def _fullness(place, count):
    """0 for the first stage, 3 for the last before the end; the house of the complete stage is the full one."""
    return 0 if count < 2 else round(3 * place / (count - 1))


def hue_and_chroma(colour):
    """Hue (degrees) and chroma in OKLCH of `#rrggbb`. Source of the matrices: B. Ottosson, A perceptual color space."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return degrees(atan2(b, a)) % 360, min(hypot(a, b), MOST_CHROMA)


def _linear(part):
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
