"""The architecture picture, drawn from docs/architecture.toml.

    python -m local.picture    (make picture)

An SVG that needs no other file, in the colours of whoever looks at it: light or dark.
"""

import tomllib
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from local.project import ROOT

SOURCE = ROOT / "docs" / "architecture.toml"
PICTURE = SOURCE.with_suffix(".svg")

_CELL = (190, 110)  # pixels from one box to the next
_BOX = (150, 62)
_MARGIN = 20
_STYLE = """
  text { font: 13px system-ui, sans-serif; text-anchor: middle; fill: #1f2328 }
  .says { font-size: 10.5px; fill: #59636e }
  rect { stroke: #59636e; fill: #ffffff; rx: 6 }
  .people rect { stroke: none; fill: none }
  .bucket rect { fill: #e9f3e4 }
  .queue rect { fill: #fdeee0 }
  .function rect { fill: #e3edfb }
  .flow rect { fill: #efe8fa }
  .watch rect { fill: #fbe5ea }
  .optional rect { stroke-dasharray: 5 4 }
  line { stroke: #59636e; marker-end: url(#end) }
  marker path { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .says { fill: #9da7b3 } rect { stroke: #9da7b3; fill: #161b22 } line { stroke: #9da7b3 }
    marker path { fill: #9da7b3 } .bucket rect { fill: #16301c } .queue rect { fill: #38250f }
    .function rect { fill: #12263f } .flow rect { fill: #291d40 } .watch rect { fill: #3b1620 }
  }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """One of the picture's parts. `parts`: the resources of the template that it stands for."""

    id: str
    at: tuple[float, float]
    kind: str
    title: str
    says: str
    parts: tuple[str, ...] = ()
    optional: bool = False

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Box":
        return cls(**{**told, "at": tuple(told["at"]), "parts": tuple(told.get("parts", ()))})

    @property
    def middle(self) -> tuple[float, float]:
        across, down = self.at
        return _MARGIN + _CELL[0] * across + _BOX[0] / 2, _MARGIN + _CELL[1] * down + _BOX[1] / 2

    def drawn(self) -> str:
        (x, y), (width, height) = self.middle, _BOX
        names = f"{self.kind} optional" if self.optional else self.kind
        lines = _wrapped(self.says)
        top = y - 6 * len(lines)
        texts = "".join(
            f'<text class="says" x="{x:g}" y="{top + 16 + 13 * row:g}">{escape(line)}</text>'
            for row, line in enumerate(lines)
        )
        frame = f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width}" height="{height}"/>'
        return f'<g class="{names}">{frame}<text x="{x:g}" y="{top:g}">{escape(self.title)}</text>{texts}</g>'


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one box to another, both by their ids."""

    begin: str
    end: str

    def drawn(self, boxes: dict[str, Box]) -> str:
        begin, end = boxes[self.begin].middle, boxes[self.end].middle
        x1, y1 = _edge(begin, end)
        x2, y2 = _edge(end, begin)
        return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


@dataclass(frozen=True, slots=True)
class Drawing:
    """What docs/architecture.toml says."""

    boxes: dict[str, Box] = field(default_factory=dict)
    arrows: tuple[Arrow, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Drawing":
        told = tomllib.loads(text)
        boxes = [Box.of(each) for each in told["box"]]
        arrows = tuple(Arrow(each["from"], each["to"]) for each in told["arrow"])
        return cls({box.id: box for box in boxes}, arrows)

    def drawn(self) -> str:
        width, height = (
            2 * _MARGIN + max(box.at[axis] for box in self.boxes.values()) * _CELL[axis] + _BOX[axis] for axis in (0, 1)
        )
        parts = [arrow.drawn(self.boxes) for arrow in self.arrows] + [box.drawn() for box in self.boxes.values()]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
            f'aria-label="How a PDF becomes a line of a manifest">\n<style>{_STYLE}</style>\n'
            '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8Z"/></marker></defs>\n' + "\n".join(parts) + "\n</svg>\n"
        )


def _edge(inside: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line between two boxes' middles leaves the first."""
    across, down = (to - at for at, to in zip(inside, towards, strict=True))
    share = min(half / abs(way) for half, way in ((_BOX[0] / 2, across), (_BOX[1] / 2, down)) if way)
    return inside[0] + share * across, inside[1] + share * down


def _wrapped(text: str) -> list[str]:
    """In lines that a box has room for."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 24:  # noqa: PLR2004 -- letters, at the size of `says`
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def main() -> None:
    """What `make picture` runs."""
    PICTURE.write_text(Drawing.of(SOURCE.read_text()).drawn())


if __name__ == "__main__":
    main()
