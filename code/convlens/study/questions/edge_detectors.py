"""Do the filters of the first layer become edge detectors?

Primary statistics, for "oriented and smooth": the gradient share and the quadratic
share, averaged over the kernels of a network. For "edge detectors": how many filters of
a network pass three tests as they work, with bias and ReLU. They are silent on even
areas; their answer to a bar depends on its angle, and they answer digits, more strongly
than with their own weights shuffled. Test: exact sign-flip over networks, trained minus
untrained.

Measures of a kernel alone are compared with fresh kernels; measures of a filter at work
with its own weights shuffled and its bias kept. Kernels are chosen inside a layer with
the correction of Benjamini and Hochberg.

What "tuned" compares, the best bar minus the worst, was chosen after a first look at
one network of the book (seed 0) and at one that it does not use, and before all others:
the selectivity for bars, planned first, also fails hand-made edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from convlens.kernels import layer_kernels
from convlens.statistics import (
    discoveries,
    fresh_kernels,
    gradient_share,
    kernel_p_values,
    low_frequency_share,
    morans_i,
    orientation_selectivity,
    quadratic_share,
    shuffled_weights,
    weakest_share,
)
from convlens.statistics.responses import (
    even_response,
    response_against_shuffles,
    tuning_curve,
    tuning_selectivity,
)
from convlens.statistics.shapes import ShapeFits, shape_fits
from convlens.study.findings import (
    ENOUGH_NETWORKS,
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    OverNetworks,
    over_networks,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.words import counted, heading, listed, p_value, signed

PAGE = "Are they edge detectors?"
FOLLOWED = "the network that this book follows"
STATES = ("untrained", "trained")
GRADIENT, QUADRATIC = "gradient share", "quadratic share"
WEAKEST = "ten weakest components"  # training makes it smaller
OF_KERNELS = {
    GRADIENT: gradient_share,
    QUADRATIC: quadratic_share,
    "Moran's I": morans_i,
    "low-frequency share": low_frequency_share,
    "orientation selectivity": orientation_selectivity,
}
PEAK, SELECTIVITY = "answer to the best bar", "selectivity for bars"
DIGITS = "answer to digits"
DEPTH = "best bar minus worst"
SHAPES = ("edge", "bar", "blob")
OF_A_KERNEL = ("the share of the ramp", "that of the surface")
OF_THE_ANSWER = ("the strength", "the selectivity")
FRESH = 500  # layers drawn, for measures that take little time
FITTED = 64  # layers drawn, for fits of shapes
SHUFFLES = 200
IMAGES = 40  # of the validation part, the first ones
GRAYS = np.linspace(0, 1, 11)
ANGLES = np.arange(36) * np.pi / 36
ROUNDING = 1e-6  # what is left of weights that sum to zero


def measure(network: TrainedNetwork) -> Numbers:
    """Measure the filters of the first layer, untrained and trained."""
    models = (network.untrained, network.trained)
    filters = {
        state: (
            layer_kernels(model, "conv1"),
            model.get_layer("conv1").get_weights()[1],
        )
        for state, model in zip(STATES, models, strict=True)
    }
    images = network.images.validation_part[0][:IMAGES]
    return measure_filters(filters, network.patch_components, images)


def measure_filters(
    filters: Mapping[str, tuple[np.ndarray, np.ndarray]],
    components: np.ndarray,
    images: np.ndarray,
) -> Numbers:
    """Measure filters of one shape, given as arrays.

    Args:
        filters: Kernels ``(kh, kw, 1, n)`` and biases ``(n,)``, "untrained" and
            "trained".
        components: Of patches, from `convlens.statistics.patch_components`.
        images: To answer, shape ``(n, h, w, 1)``.

    Returns:
        Means over the filters beside their chance levels, and counts of filters.

    Example:
        >>> kernels = np.random.default_rng(0).normal(size=(5, 5, 1, 2))
        >>> filters = dict.fromkeys(STATES, (kernels, np.zeros(2)))
        >>> found = measure_filters(filters, np.eye(25), np.ones((1, 8, 8, 1)))
        >>> found["counts"]["all three"]
        {'untrained': 0, 'trained': 0}
    """
    kernels = {state: weights for state, (weights, _) in filters.items()}
    shape = kernels["trained"].shape
    fresh = fresh_kernels(shape, copies=FRESH)
    fits = shape_fits(fresh[:FITTED])
    work = {state: _at_work(*both, images) for state, both in filters.items()}
    counts = {
        state: _counts(*filters[state], fresh, fits, work[state]) for state in STATES
    }
    return {
        "filters": shape[3],
        "kernels alone": _of_kernels(kernels, fresh, components),
        "filters at work": _of_filters(work),
        "counts": {
            name: {state: counts[state][name] for state in STATES}
            for name in counts["trained"]
        },
        "explained": {
            **{
                state: float(_best(shape_fits(kernels[state])).mean())
                for state in STATES
            },
            "chance": float(_best(fits).mean()),
        },
        "shapes by chance": {
            name: float(np.mean(fits.best == name) * shape[3]) for name in SHAPES
        },
    }


def _of_kernels(
    kernels: Mapping[str, np.ndarray], fresh: np.ndarray, components: np.ndarray
) -> Numbers:
    """Average each measure of kernels over a layer, beside fresh layers."""
    weakest = partial(weakest_share, components=components)
    return {
        name: _beside_chance(
            {state: of(kernels[state]).mean() for state in STATES},
            of(fresh).mean(axis=(1, 2)),
        )
        for name, of in {**OF_KERNELS, WEAKEST: weakest}.items()
    }


def _beside_chance(values: Mapping[str, float], null: np.ndarray) -> Numbers:
    low, high = np.percentile(null, [2.5, 97.5])
    return {
        **{state: float(value) for state, value in values.items()},
        "chance": float(null.mean()),
        "chance from": float(low),
        "chance to": float(high),
    }


def _at_work(
    kernels: np.ndarray, biases: np.ndarray, images: np.ndarray
) -> dict[str, np.ndarray]:
    """Let filters answer bars and digits, as they are (row 0) and shuffled (others).

    Returns:
        By measure, shape ``(1 + SHUFFLES, filters)``.
    """
    shuffles = shuffled_weights(kernels, copies=SHUFFLES)
    side_by_side = np.concatenate([kernels, *shuffles], axis=-1)
    curves = tuning_curve(side_by_side, np.tile(biases, 1 + SHUFFLES), ANGLES)
    peaks = curves.max(axis=0)
    found = {
        PEAK: peaks,
        SELECTIVITY: tuning_selectivity(curves, ANGLES),
        DEPTH: peaks - curves.min(axis=0),
    }
    found = {name: one.reshape(-1, len(biases)) for name, one in found.items()}
    own, null = response_against_shuffles(kernels, biases, images, copies=SHUFFLES)
    return {**found, DIGITS: np.concatenate([own[np.newaxis], null])}


def _of_filters(work: Mapping[str, Mapping[str, np.ndarray]]) -> Numbers:
    """Average over a layer, in units of what its shuffles do on average."""
    found = {}
    for name in (PEAK, SELECTIVITY, DIGITS):
        times = {state: _times_shuffles(work[state][name]) for state in STATES}
        found[name] = _beside_chance(
            {state: one[0] for state, one in times.items()}, times["trained"][1:]
        )
    return found


def _times_shuffles(found: np.ndarray) -> np.ndarray:
    """Divide the layer means by that of all shuffles; 0 where nothing answers."""
    means = found.mean(axis=1)
    # If no shuffle ever answers, the filters' own answer counts among them.
    return means / (means[1:].mean() or means.mean() or 1.0)


def _counts(
    kernels: np.ndarray,
    biases: np.ndarray,
    fresh: np.ndarray,
    fits: ShapeFits,
    work: Mapping[str, np.ndarray],
) -> dict[str, int]:
    """Count the filters that stand out, measure by measure."""
    silent = even_response(kernels, biases, GRAYS).max(axis=0) < ROUNDING
    tuned, selective, stronger = (
        discoveries(kernel_p_values(work[name][0], work[name][1:]))
        for name in (DEPTH, SELECTIVITY, DIGITS)
    )
    own = shape_fits(kernels)
    shaped = _beyond_fresh(_best(own), _best(fits))
    shapes = {name: shaped & (own.best == name).ravel() for name in SHAPES}
    passed = silent & tuned & stronger
    found = {
        "gradient": _beyond_fresh(gradient_share(kernels), gradient_share(fresh)),
        "silent": silent,
        "tuned": tuned,
        "selective": selective,
        "stronger": stronger,
        "all three": passed,
        "all three, an edge": passed & shapes["edge"],
        **shapes,
    }
    return {name: int(one.sum()) for name, one in found.items()}


def _best(fits: ShapeFits) -> np.ndarray:
    """Return the share of each kernel that the shape which fits it best explains."""
    return np.max([fits.explained[name] for name in SHAPES], axis=0)


def _beyond_fresh(values: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    return discoveries(kernel_p_values(values.ravel(), fresh.ravel()))


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State what is oriented, smooth, tuned and shaped, and what that makes of it."""
    yield _oriented_and_smooth(evidence)
    yield _kernels_with_a_gradient(evidence)
    yield _shapes_that_fit(evidence)
    yield _tuned_to_an_angle(evidence)
    yield _verdict(evidence)


@dataclass(frozen=True)
class OverAll:
    """One measure over all networks.

    Attributes:
        name: Of the measure.
        means: Over networks: by chance, before and after training.
        rise: What training added, per network; what it took away, where a measure
            should become smaller.
        beyond: In how many networks the trained filters lie beyond the central 95% of
            chance, in the direction expected.
    """

    name: str
    means: dict[str, float]
    rise: OverNetworks
    beyond: int

    @property
    def shown(self) -> bool:
        """Whether it rose, by the test; with too few, whether all are beyond chance."""
        if self.rise.p is None:
            return self.beyond == self.rise.count
        return self.rise.shown

    @property
    def numbers(self) -> dict[str, float]:
        """Every number of it, by name."""
        return {
            **{f"{self.name}, {what}": number for what, number in self.means.items()},
            **self.rise.numbers(f"rise of the {self.name}"),
            f"networks with {self.name} beyond chance": self.beyond,
            **_p_of(self.rise, self.name),
        }


def over_all(evidence: Evidence, group: str, name: str) -> OverAll:
    """Summarise one measure over all networks.

    Args:
        evidence: Of all networks.
        group: ``"kernels alone"`` or ``"filters at work"``.
        name: Of the measure.

    Returns:
        Its means over networks, its rise in training, and in how many networks it is
        beyond chance.

    Example:
        >>> chance = {"chance": 0.1, "chance from": 0.0, "chance to": 0.2}
        >>> group = {"gradient share": {**chance, "untrained": 0.1, "trained": 0.4}}
        >>> evidence = Evidence((0,), ({"kernels alone": group},))
        >>> over_all(evidence, "kernels alone", "gradient share").beyond
        1
    """
    low, high, before, after = (
        evidence.each(group, name, what)
        for what in ("chance from", "chance to", *STATES)
    )
    smaller = name == WEAKEST
    return OverAll(
        name,
        _means(evidence, group, name),
        over_networks((before - after) if smaller else (after - before)),
        int(np.sum((after < low) if smaller else (after > high))),
    )


def table(evidence: Evidence) -> str:
    """Write all measures as a table in Markdown, a row for each.

    Args:
        evidence: Of all networks.

    Returns:
        The columns are the attributes of `OverAll`, and p of the sign-flip test where
        there are enough networks for one.

    Example:
        >>> chance = {"chance": 0.1, "chance from": 0.0, "chance to": 0.2}
        >>> group = {"gradient share": {**chance, "untrained": 0.1, "trained": 0.4}}
        >>> numbers = {"kernels alone": group, "filters at work": {}}
        >>> print(table(Evidence((0,), (numbers,))).splitlines()[-1])
        | gradient share | 0.10 | 0.10 | 0.40 | 1 |
    """
    tested = len(evidence.seeds) >= ENOUGH_NETWORKS
    head = ["measure", "chance", "before", "after", f"of {len(evidence.seeds)}"]
    lines = [head + ["p"] * tested, [":--"] + ["--:"] * (4 + tested)]
    for group in ("kernels alone", "filters at work"):
        for name in evidence.running[group]:
            one = over_all(evidence, group, name)
            row = [name, *map(signed, one.means.values()), f"{one.beyond}"]
            lines.append(row if one.rise.p is None else [*row, f"{one.rise.p:.2g}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _means(evidence: Evidence, *path: str) -> dict[str, float]:
    """Average a measure over networks: by chance, before and after training."""
    return {
        what: float(evidence.each(*path, what).mean()) for what in ("chance", *STATES)
    }


def _p_of(rise: OverNetworks, name: str) -> dict[str, float]:
    return {} if rise.p is None else {f"{name}, p": rise.p}


def _both(first: OverAll, second: OverAll, names: tuple[str, str]) -> str:
    """Say in how many networks two measures rose, and what the tests make of it."""
    one, other = names
    tests = [
        p_value(each.rise.p) for each in (first, second) if each.rise.p is not None
    ]
    networks = counted(first.rise.count, "network")
    if tests:
        found = f"{tests[0]} each" if tests[0] == tests[1] else listed(tests)
        return (
            f"{heading(one)} rose in {first.rise.above} of {networks} and {other} in "
            f"{second.rise.above} (exact sign-flip tests, {found})."
        )
    if first.rise.count == 1:
        beyond = [one] * first.beyond + [other] * second.beyond
        told = f"{listed(beyond or ['neither'])} {'are' if beyond[1:] else 'is'}"
        return f"In the one network measured, {told} above the range of chance."
    if first.beyond == second.beyond == first.rise.count:
        return f"Both are above the range of chance in all {networks}."
    which = "all" if first.beyond == first.rise.count else f"{first.beyond} of"
    return (
        f"{heading(one)} is above the range of chance in {which} {networks}, {other} "
        f"in {second.beyond}."
    )


def _larger_p(first: OverAll, second: OverAll) -> float | None:
    found = [one.rise.p for one in (first, second) if one.rise.p is not None]
    return max(found, default=None)


def _measured_in(evidence: Evidence) -> str:
    count = len(evidence.seeds)
    return (
        f"In the {count} networks measured"
        if count > 1
        else "In the one network measured"
    )


def _oriented_and_smooth(evidence: Evidence) -> Finding:
    first, second = (
        over_all(evidence, "kernels alone", name) for name in (GRADIENT, QUADRATIC)
    )
    ramp, surface = first.means, second.means
    verdict = {
        (True, True): "training made the kernels smoother, and the ramp in them "
        "larger.",
        (True, False): "training made the ramp in the kernels larger; that it made "
        "them smoother is not shown.",
        (False, True): "training made the kernels smoother; that it made the ramp in "
        "them larger is not shown.",
        (False, False): "it is not shown that training made the kernels smoother or "
        "the ramp in them larger.",
    }[first.shown, second.shown]
    return Finding(
        "oriented-and-smooth",
        PAGE,
        f"{_measured_in(evidence)}, {verdict} On average a ramp makes up "
        f"**{ramp['trained']:.0%}** of a trained kernel, against "
        f"{ramp['untrained']:.0%} before training and {ramp['chance']:.0%} by chance. "
        f"A smooth surface makes up **{surface['trained']:.0%}**, against "
        f"{surface['untrained']:.0%} before training and {surface['chance']:.0%} by "
        f"chance. {_both(first, second, OF_A_KERNEL)}",
        {**first.numbers, **second.numbers},
        f"{ramp['chance']:.2f} and {surface['chance']:.2f}: {FRESH} layers of random "
        "weights",
        _larger_p(first, second),
        f"{NOT_INDEPENDENT} Every smooth kernel holds some ramp, so neither share "
        "alone makes an edge detector.",
        networks=len(evidence.seeds),
        short=f"{_measured_in(evidence)}, {verdict} On average a smooth surface makes "
        f"up **{surface['trained']:.0%}** of a trained kernel, "
        f"{surface['untrained']:.0%} of an untrained one and {surface['chance']:.0%} "
        f"of random weights; for a ramp it is {ramp['trained']:.0%}, "
        f"{ramp['untrained']:.0%} and {ramp['chance']:.0%}.",
    )


def _rise(evidence: Evidence, *path: str) -> OverNetworks:
    before, after = (evidence.each(*path, state) for state in STATES)
    return over_networks(after - before)


def _kernels_with_a_gradient(evidence: Evidence) -> Finding:
    filters, count = evidence.running["filters"], evidence.running["counts"]["gradient"]
    rise = _rise(evidence, "counts", "gradient")
    return Finding(
        "kernels-with-a-gradient",
        PAGE,
        f"In {FOLLOWED}, **{count['trained']} of {filters}** kernels hold a larger "
        f"ramp than chance explains, against {count['untrained']} before training."
        f"{_in_all(evidence, 'gradient', 'kernels hold one')} The count is "
        f"{_larger(rise)}.",
        {**_count_numbers(evidence, "gradient"), **_p_of(rise, "rise")},
        f"the ramps of {FRESH} layers of random weights, corrected for {filters} "
        "kernels",
        rise.p,
        f"{NOT_INDEPENDENT} A small edge away from the centre is not much of a ramp, "
        "so a kernel that is not counted may still hold an edge.",
        networks=len(evidence.seeds),
    )


def _shapes_that_fit(evidence: Evidence) -> Finding:
    running = evidence.running
    filters, chance = running["filters"], running["shapes by chance"]
    own = {name: running["counts"][name]["trained"] for name in SHAPES}
    explained, rise = _means(evidence, "explained"), _rise(evidence, "explained")
    doubt = " That training brings kernels closer to simple shapes is not shown."
    return Finding(
        "shapes-that-fit",
        PAGE,
        f"In {FOLLOWED}, **{sum(own.values())} of {filters}** kernels are closer to a "
        f"simple shape than chance explains: {_shapes(own, 0)}."
        f" {_measured_in(evidence)}, the nearest shape explains "
        f"{explained['trained']:.0%} of a trained kernel, "
        f"{explained['untrained']:.0%} of an untrained one and "
        f"{explained['chance']:.0%} of random weights. The share is {_larger(rise)}."
        + doubt
        * (not rise.shown),
        {
            **{f"nearest by chance, {name}": chance[name] for name in SHAPES},
            **{f"explained, {what}": share for what, share in explained.items()},
            **_count_numbers(evidence, *SHAPES),
            "nearer to a shape": sum(own.values()),
            **_p_of(rise, "rise of the share explained"),
        },
        f"{explained['chance']:.2f}: the nearest shapes of {FITTED} layers of random "
        f"weights; for {filters} kernels, {_shapes(chance, 1)} on average",
        rise.p,
        f"{NOT_INDEPENDENT} Any smooth kernel is closer to these shapes than random "
        "weights are, and a small difference can decide which of two shapes is "
        "nearest.",
        networks=len(evidence.seeds),
    )


def _shapes(counts: Mapping[str, float], decimals: int) -> str:
    """Write "8 edges, 7 bars and 1 blob"."""
    return listed(
        [
            f"{number:.{decimals}f} {name}{'s' * (f'{number:.{decimals}f}' != '1')}"
            for name, number in counts.items()
        ]
    )


def _tuned_to_an_angle(evidence: Evidence) -> Finding:
    filters, counts = evidence.running["filters"], evidence.running["counts"]
    first, second = (
        over_all(evidence, "filters at work", name) for name in (PEAK, SELECTIVITY)
    )
    peak, selectivity = first.means, second.means
    verdict = {
        (True, True): "training made the answer to a bar stronger and more selective.",
        (True, False): "training made the answer to a bar stronger; that it made it "
        "more selective is not shown.",
        (False, True): "training made the answer to a bar more selective; that it made "
        "it stronger is not shown.",
        (False, False): "it is not shown that training made the answer to a bar "
        "stronger or more selective.",
    }[first.shown, second.shown]
    tuned, selective = (counts[name]["trained"] for name in ("tuned", "selective"))
    return Finding(
        "tuned-to-an-angle",
        PAGE,
        f"In {FOLLOWED}, **{tuned} of {filters}** filters change their answer with "
        f"the angle more than their shuffles do; {selective or 'none'} "
        f"{'is' if selective < 2 else 'are'} shown to be more selective. "
        f"{_measured_in(evidence)}, {verdict} To its best bar, a trained filter "
        f"answers **{peak['trained']:.1f} times** as strongly as its shuffles "
        f"({peak['untrained']:.1f} times before training), and it is "
        f"{selectivity['trained']:.1f} times as selective "
        f"({selectivity['untrained']:.1f} before). "
        f"{_both(first, second, OF_THE_ANSWER)}",
        {
            **first.numbers,
            **second.numbers,
            **_count_numbers(evidence, "tuned", "selective"),
        },
        f"1: {SHUFFLES} shuffles of each filter's weights, its bias kept",
        _larger_p(first, second),
        f"{NOT_INDEPENDENT} The bars were bright on black, at {len(ANGLES)} angles.",
        networks=len(evidence.seeds),
    )


def _verdict(evidence: Evidence) -> Finding:
    filters, counts = evidence.running["filters"], evidence.running["counts"]
    before, passed = (evidence.each("counts", "all three", state) for state in STATES)
    rise = _rise(evidence, "counts", "all three")
    own = {name: counts[name]["trained"] for name in counts}
    edges = (
        f" For {own['all three, an edge']} of those that pass, the nearest shape is an "
        "edge."
    )
    whole = _as_a_whole(passed, filters, rise)
    digits, average = (1, "on average ") if len(passed) > 1 else (0, "")
    verdict = f"{_so(rise)} “the filters are edge detectors” {whole}."
    return Finding(
        "edge-detectors-verdict",
        PAGE,
        f"In {FOLLOWED}, {own['silent']} of {filters} filters pass the first test, "
        f"silent on even areas; {own['tuned']} pass the second, tuned to an angle; and "
        f"{own['stronger']} pass the third, which is to answer digits more strongly "
        f"than their shuffles. All three: **{own['all three']} of {filters}**, against "
        f"{counts['all three']['untrained']} before training."
        f"{edges * (own['all three'] > 0)}"
        f"{_in_all(evidence, 'all three', 'filters pass all three')} The count is "
        f"{_larger(rise)}. {verdict}",
        {
            **_count_numbers(
                evidence,
                *("all three", "all three, an edge", "silent", "tuned", "stronger"),
            ),
            **_p_of(rise, "rise"),
        },
        f"{SHUFFLES} shuffles of each filter's weights, its bias kept, corrected for "
        f"{filters} filters; and the untrained networks",
        rise.p,
        f"{NOT_INDEPENDENT} The filters answered {counted(IMAGES, 'digit')} of the "
        "validation part. A filter that fails a test may still be an edge detector: "
        "the test only did not show it.",
        networks=len(evidence.seeds),
        short=f"{_measured_in(evidence)}, **{passed.mean():.{digits}f} of {filters}** "
        f"filters {average}pass three tests of an edge detector, against "
        f"{before.mean():.{digits}f} before training. {verdict}",
    )


def _so(rise: OverNetworks) -> str:
    if rise.p is not None:
        return "So"
    return f"So for {'these networks' if rise.count > 1 else 'this network'},"


def _as_a_whole(passed: np.ndarray, filters: int, rise: OverNetworks) -> str:
    """Choose what the counts make of the claim."""
    if not passed.any():
        return "is not shown for a single filter"
    if not rise.shown:
        return "is not shown: training did not make more filters pass"
    if passed.min() == filters:
        return "holds for every filter measured"
    some = "most filters" if passed.mean() > filters / 2 else "some filters"
    return f"says too much: the tests show it for {some}, not for all"


def _in_all(evidence: Evidence, name: str, what: str) -> str:
    """Say how many filters stand out in each of several networks, and at what."""
    before, after = (evidence.each("counts", name, state) for state in STATES)
    if len(after) == 1:
        return ""
    return (
        f" Over the {len(after)} networks, {after.mean():.1f} {what} on average "
        f"({after.min():.0f} to {after.max():.0f}), against {before.mean():.1f} before "
        "training."
    )


def _larger(rise: OverNetworks) -> str:
    """Say where something is larger after training; a phrase to end a sentence with."""
    if rise.count == 1 and not rise.above:
        return "not larger after training in the one network measured"
    return f"larger after training {rise.words}"


def _count_numbers(evidence: Evidence, *names: str) -> dict[str, float]:
    """List counts of filters: in the running network, and over all networks."""
    numbers: dict[str, float] = {
        "filters": evidence.running["filters"],
        "networks": len(evidence.seeds),
    }
    for name in names:
        for state in STATES:
            counts = evidence.each("counts", name, state)
            numbers |= {
                f"{name}, {state}": float(counts[0]),
                f"{name}, {state}, mean": float(counts.mean()),
                f"{name}, {state}, fewest": float(counts.min()),
                f"{name}, {state}, most": float(counts.max()),
            }
    return numbers
