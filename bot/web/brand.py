"""The federation's own look: its name, colour and logo. Promise: whatever colour is set, text on it and in it meets WCAG AA."""

import base64
import re
from dataclasses import dataclass
from html import escape
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
READABLE = 4.6  # contrast; WCAG 2.2, 1.4.3 asks for 4.5
PAPER, NIGHT = (
    (238, 238, 248),
    (38, 42, 61),
)  # --wash of style.css, the ground that contrasts least, in light and in dark
Rgb = tuple[int, int, int]


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
        """The two accents: the colour, darkened until it stands on a light ground, and lightened until it stands on a dark one."""
        light, dark = (
            _towards(_rgb(self.colour), (0, 0, 0), PAPER),
            _towards(_rgb(self.colour), (255, 255, 255), NIGHT),
        )
        return f":root{{--accent:{_hex(light)}}}.dark{{--accent:{_hex(dark)}}}"

    @property
    def mark(self) -> str:
        """The logo as an image, else a drawn P."""
        if self.logo:
            return f'<img class="logo" src="{self.logo}" alt="{escape(self.name)}">'
        return (
            '<svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="9"/>'
            '<path d="M11 24V9h6.2a5 5 0 0 1 0 10H11"/><circle cx="22.5" cy="23.5" r="1.9"/></svg>'
        )


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
    steps = (
        [round(part + (last - part) * step / 50) for part, last in zip(colour, end, strict=True)]
        for step in range(51)
    )
    return next(
        (step[0], step[1], step[2])
        for step in steps
        if contrast((step[0], step[1], step[2]), ground) >= READABLE
    )


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
            f"PLAIDOYER_LOGO is {file}, which cannot be read ({error.strerror}). Name a picture, or unset it."
        ) from error
    if kind is None or len(content) > LARGEST:
        raise BrandInvalid(
            f"PLAIDOYER_LOGO is {file}. Name an SVG, PNG, JPEG or WebP picture of at most {LARGEST} bytes, or unset it."
        )
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
