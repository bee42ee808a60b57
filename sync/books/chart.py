"""A bar chart as geometry: a template draws it as SVG, no script and no inline style needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from sync.overview import Figures

WIDTH = 720
HEIGHT = 180
LEFT = 52
BOTTOM = 22


@dataclass(frozen=True, slots=True)
class Bar:
    """A day's two bars: sales above the axis, credit notes below. All in SVG units."""

    day: date
    figures: Figures
    x: float
    width: float
    top: float
    height: float
    below: float
    is_labelled: bool

    @property
    def middle(self) -> float:
        """Where the label stands."""
        return min(self.x + self.width / 2, WIDTH - 18)


@dataclass(frozen=True, slots=True)
class Guide:
    """A horizontal line and the amount it stands for."""

    y: float
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that the drawing needs."""

    bars: tuple[Bar, ...]
    guides: tuple[Guide, ...]
    axis: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def bar_chart(days: Mapping[date, Figures]) -> Chart:
    """Scale the days to the drawing: round guides, at least a sliver for every amount."""
    highest = max((each.sales for each in days.values()), default=Decimal(0))
    lowest = max((each.refunds for each in days.values()), default=Decimal(0))
    step = _round_step(highest)
    steps = max(1, int((highest / step).to_integral_value(ROUND_CEILING)))
    above = step * steps
    scale = (HEIGHT - BOTTOM - 8) / float(above + min(lowest, above) or 1)
    axis = 8 + float(above) * scale
    return Chart(
        bars=tuple(_bars(days, axis, scale)),
        guides=tuple(
            Guide(round(axis - float(step * n) * scale, 1), step * n) for n in range(steps + 1)
        ),
        axis=round(axis, 1),
    )


def _bars(days: Mapping[date, Figures], axis: float, scale: float) -> list[Bar]:
    pitch = (WIDTH - LEFT - 6) / max(1, len(days))
    bars = []
    for position, (day, figures) in enumerate(days.items()):
        height = _visible(float(figures.sales) * scale)
        bars.append(
            Bar(
                day=day,
                figures=figures,
                x=round(LEFT + position * pitch + pitch * 0.16, 1),
                width=round(pitch * 0.68, 1),
                top=round(axis - height, 1),
                height=round(height, 1),
                below=round(
                    min(_visible(float(figures.refunds) * scale), HEIGHT - BOTTOM - axis), 1
                ),
                is_labelled=(len(days) - 1 - position) % 7 == 0,
            )
        )
    return bars


def _visible(length: float) -> float:
    return max(length, 1.5) if length else 0.0


def _round_step(highest: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that two to four guides fit."""
    if not highest:
        return Decimal(1000)
    power = Decimal(10) ** (len(str(int(highest))) - 1)
    share = highest / power
    if share > 5:
        return power * 2
    return power if share > 2 else power / 2
