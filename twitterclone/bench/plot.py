"""Growth curves as a picture: both axes logarithmic, so that a power is a straight line."""

from collections.abc import Sequence
from math import exp, log
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from twitterclone.bench.measure import exponent
from twitterclone.bench.rows import Row

COLUMNS = 3


def draw(curves: Sequence[Row], path: Path) -> None:
    """One small picture for each curve, with its fitted exponent."""
    lines = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(5 * COLUMNS, 3.4 * lines), layout="constrained")
    FigureCanvasAgg(figure)
    for place, row in enumerate(curves, 1):
        _curve(figure.add_subplot(lines, COLUMNS, place), row)
    figure.savefig(path, dpi=110)


def _curve(axes: Axes, row: Row) -> None:
    power = exponent(row.points)
    shown = [(x, y) for x, y in row.points if x > 0 and y > 0]
    if not shown:
        return
    xs, ys = ([*values] for values in zip(*shown, strict=True))
    # the fitted line goes through the middle of the logarithms
    middle_x, middle_y = (sum(map(log, values)) / len(values) for values in (xs, ys))
    fitted = [exp(middle_y + power * (log(x) - middle_x)) for x in xs]
    axes.loglog(xs, ys, "o")
    axes.loglog(xs, fitted, "--", label=f"exponent {power:.2f}")
    axes.set_ylim(min(ys) / 2, max(ys) * 2)  # noise of a level line is not blown up to a mountain
    axes.set_title(row.goal.title, fontsize=10)
    axes.set_xlabel(row.axis.partition("|")[0])
    axes.set_ylabel(row.axis.partition("|")[2])
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend()
