"""The federation's name, colour and logo.

Promise: whatever colour is set, text on it and in it meets WCAG AA.
"""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from bot.settings import BotSettings
from index.errors import PlaidoyerError

COLOUR = "#3b3fb5"
LOGOS = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
LARGEST = 300_000  # bytes of a logo: it is sent inside the page
STEPS = 50  # from a colour to black or white
READABLE = 4.6  # contrast; WCAG 2.2, 1.4.3 asks for 4.5
Rgb = tuple[int, int, int]
# --wash of style.css, the background of the least contrast, in light and in dark.
PAPER: Rgb = (238, 238, 248)
NIGHT: Rgb = (38, 42, 61)


class BrandInvalid(PlaidoyerError):
    """The colour or the logo in the settings cannot be used."""


@dataclass(frozen=True)
class Brand:
    """`name`: the federation's, or ""; `colour`: #rrggbb; `logo`: a data: address, or ""."""

    name: str = ""
    colour: str = COLOUR
    logo: str = ""

    @classmethod
    def of(cls, settings: BotSettings) -> "Brand":
        """The brand in the settings. Raises `BrandInvalid`."""
        colour = settings.colour or COLOUR
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise BrandInvalid(
                f"PLAIDOYER_COLOUR is {colour!r}. Set it to a colour such as #3b3fb5, or unset it."
            )
        return cls(
            settings.federation, colour.lower(), _logo(settings.logo) if settings.logo else ""
        )

    @property
    def css(self) -> str:
        """The two accents, of the page's light and dark themes."""
        light, dark = self._accents
        return f":root{{--accent:{light}}}.dark{{--accent:{dark}}}"

    @property
    def standing_alone(self) -> str:
        """The two accents for a page without a script: it is dark where the browser is."""
        light, dark = self._accents
        return (
            f":root{{--accent:{light}}}"
            f"@media(prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}"
        )

    @property
    def _accents(self) -> tuple[str, str]:
        """The colour darkened until it is readable on a light background, and lightened until it
        is on a dark one."""
        colour = _rgb(self.colour)
        light, dark = _towards(colour, (0, 0, 0), PAPER), _towards(colour, (255, 255, 255), NIGHT)
        return _hex(light), _hex(dark)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    parts = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _towards(colour: Rgb, end: Rgb, ground: Rgb) -> Rgb:
    """The first colour on the way from `colour` to `end` that is readable on the ground."""
    for step in range(STEPS):
        red, green, blue = (
            round(part + (last - part) * step / STEPS)
            for part, last in zip(colour, end, strict=True)
        )
        if contrast((red, green, blue), ground) >= READABLE:
            return red, green, blue
    return end


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _logo(file: Path) -> str:
    kind = LOGOS.get(file.suffix.lower())
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BrandInvalid(
            f"PLAIDOYER_LOGO is {file}, which cannot be read ({error.strerror}). "
            "Name a picture, or unset it."
        ) from error
    if kind is None or len(content) > LARGEST:
        raise BrandInvalid(
            f"PLAIDOYER_LOGO is {file}. Name an SVG, PNG, JPEG or WebP picture of at most "
            f"{LARGEST} bytes, or unset it."
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
