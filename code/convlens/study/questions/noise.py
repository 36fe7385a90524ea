"""Is the noise in trained kernels what is left of their initial weights?

Primary statistic: the correlation of trained kernels with their initial weights in the
ten weakest patch components, minus the same in the ten strongest; test: exact sign-flip
over networks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from functools import partial

import numpy as np

from convlens.checks import LEVEL, MOSTLY, layer_checks
from convlens.statistics import (
    NullComparison,
    initial_weight_correlation,
    part_in,
    weakest_share,
)
from convlens.study.findings import (
    NOT_INDEPENDENT,
    Evidence,
    Finding,
    OverNetworks,
    bold,
    null_numbers,
    null_range,
    over_networks,
    shares,
    spread,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.study.variants import DECAY, LONG, OWN, SHORT, SMALL_START, Variant
from convlens.words import counted, heading, p_value, signed

TRAININGS = (OWN, SHORT, SMALL_START, DECAY, LONG)
PAGE = "Why do they look noisy?"
SIDE = 10  # components at the weak end, and as many at the strong end
ENDS = ("weakest", "strongest")
SUBSPACES = 100  # random ones, of as many dimensions
CHECKED = 1000  # validation images, the first ones
READ = 5000  # test images, the first ones
MARGIN = 0.005  # accuracies that differ by less are called the same
SHORT_ONES = "These are short trainings, on a part of the images."


def measure(network: TrainedNetwork) -> Numbers:
    """Compare trained with initial kernels in weak and in strong patch components."""
    left = {
        variant.name: left_of_the_start(
            network.records[variant.name].initial_weights[0],
            network.records[variant.name].weights[0],
            network.patch_components,
        )
        for variant in TRAININGS
    }
    right = {one.name: _share_right(network, one) for one in (SHORT, SMALL_START)}
    epochs = {
        one.name: len(network.records[one.name].history["loss"])
        for one in (SHORT, LONG)
    }
    return {
        "left": left,
        "read right": right,
        "epochs": epochs,
        "checks": _checks(network),
    }


def left_of_the_start(
    before: np.ndarray, after: np.ndarray, components: np.ndarray
) -> Numbers:
    """Measure what is left of initial kernels, in weak and in strong components.

    Args:
        before: Initial kernels, shape ``(kh, kw, c_in, c_out)``.
        after: The trained kernels, in the same order.
        components: As from `convlens.statistics.patch_components`.

    Returns:
        For the weakest and for the strongest ten components: the correlation of the
        kernels' parts in them, with its null distribution (kernels paired at random);
        the size of the parts before and after and of their difference, each a root mean
        square over all weights. For random subspaces of ten dimensions: the mean
        correlation. The share of energy in the weakest ten, before and after.

    Example:
        >>> start = np.random.default_rng(0).normal(size=(5, 5, 1, 16))
        >>> found = left_of_the_start(start, 2 * start, np.eye(25))
        >>> round(found["weakest"]["value"], 6), round(found["random"], 6)
        (1.0, 1.0)
    """
    found: Numbers = {}
    sides = components[:, -SIDE:], components[:, :SIDE]
    for end, basis in zip(ENDS, sides, strict=True):
        first, last = part_in(before, basis), part_in(after, basis)
        found[end] = {
            **asdict(initial_weight_correlation(first, last)),
            "size before": _size(first),
            "size after": _size(last),
            "moved": _size(last - first),
        }
    draws = np.random.default_rng(0).normal(size=(SUBSPACES, len(components), SIDE))
    at_random = [
        initial_weight_correlation(
            part_in(before, basis), part_in(after, basis), copies=1
        ).value
        for basis in np.linalg.qr(draws)[0]
    ]
    return found | {
        "random": float(np.mean(at_random)),
        "share": float(weakest_share(after, components, SIDE).mean()),
        "share before": float(weakest_share(before, components, SIDE).mean()),
    }


def _size(weights: np.ndarray) -> float:
    return float(np.sqrt(np.mean(weights**2)))


def _share_right(network: TrainedNetwork, variant: Variant) -> float:
    model, images = network.trained_as(variant), network.images
    x, y = images.x_test[:READ], images.y_test[:READ]
    read = model.predict(x, batch_size=500, verbose=0).argmax(axis=1)
    return float(np.mean(read == y))


def _checks(network: TrainedNetwork) -> Numbers:
    """Check every filter of the first layer, on validation images."""
    from scipy.stats import spearmanr  # slow to import, used only here

    x, y = (part[:CHECKED] for part in network.images.validation_part)
    found = layer_checks(network.trained, "conv1", x, y, after="relu1")
    cost = np.asarray(found.cost)
    vary = np.ptp(found.order) and np.ptp(cost)
    within = (found.order_p > LEVEL) & (found.answer_p > LEVEL)
    return {
        "images": len(x),
        "within chance": np.int_(within).tolist(),
        "mostly blank": np.int_(found.blank > MOSTLY).tolist(),
        "cost": cost.tolist(),
        "order with cost": float(spearmanr(found.order, cost)[0]) if vary else 0.0,
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State what is left of the start, what makes kernels clean, what noise costs."""
    own, short = _Left(evidence, OWN), _Left(evidence, SHORT)
    yield _noise_is_the_start(evidence, own)
    yield _short_trainings_too(own, short)
    yield _small_start(evidence, short, _Left(evidence, SMALL_START))
    yield _epochs_and_decay(evidence, short)
    yield _filters_that_fail(evidence)


class _Left:
    """What one training left of the start, in every network."""

    def __init__(self, evidence: Evidence, variant: Variant) -> None:
        each = partial(evidence.each, "left", variant.name)
        self.weak, self.strong = (each(end, "value") for end in ENDS)
        self.random = each("random")
        self.beyond_chance = over_networks(self.weak - each("weakest", "high"))
        self.more_in_weak = over_networks(self.weak - self.strong)
        self.farther = _times(each("strongest", "moved"), each("weakest", "moved"))
        self.grown = {
            end: _times(each(end, "size after"), each(end, "size before"))
            for end in ENDS
        }
        self.share, self.before = each("share"), each("share before")

    @property
    def numbers(self) -> dict[str, float]:
        return {
            **over_networks(self.weak).numbers("correlation in the weakest"),
            **over_networks(self.strong).numbers("correlation in the strongest"),
            **self.more_in_weak.numbers("weakest minus strongest"),
            **over_networks(self.farther).numbers("times as far in the strongest"),
        }


def _noise_is_the_start(evidence: Evidence, own: _Left) -> Finding:
    verdict = "is not shown to be their initial weights"
    if own.beyond_chance.shown:
        # with what is left and what is new uncorrelated, r^2 is a share of energy
        mostly = over_networks(own.weak**2 - 0.5).shown
        verdict = f"is {'mostly' if mostly else 'partly'} their initial weights"
    longest = "lasts" if own.more_in_weak.shown else "is not shown to last"
    running = evidence.running["left"][OWN.name]["weakest"]
    null = NullComparison(
        **{one.name: running[one.name] for one in fields(NullComparison)}
    )
    return Finding(
        "noise-is-the-start",
        PAGE,
        f"{_scope(own.more_in_weak, 'what')} the trained kernels hold in the ten "
        f"weakest components {verdict}: the two correlate at "
        f"{bold(spread(own.weak))}. In the ten strongest components the correlation "
        f"is {spread(own.strong)}, in "
        f"ten random directions {spread(own.random)}. So the start {longest} longest "
        "where patches vary least (larger in the weakest than in the strongest: "
        f"{own.more_in_weak.words}). Training moved the kernels "
        f"{spread(own.farther, 1)} times as far along the strongest components as "
        "along the weakest.",
        {
            **own.numbers,
            **over_networks(own.random).numbers("correlation in random directions"),
            **own.beyond_chance.numbers("weakest minus null 97.5 %"),
            **null_numbers(null),
        },
        f"{null_range(null)}: in the first network, trained and initial kernels paired "
        "at random",
        own.more_in_weak.p,
        f"{NOT_INDEPENDENT} The components are those of the patches of these digits.",
        networks=len(evidence.seeds),
        short="Where patches hardly vary, what the trained kernels hold "
        f"{verdict}: the two correlate at {spread(own.weak)}, above chance "
        f"{own.beyond_chance.words}.",
    )


def _short_trainings_too(own: _Left, short: _Left) -> Finding:
    more = short.more_in_weak
    alike = "the same" if more.shown == own.more_in_weak.shown else "another"
    return Finding(
        "short-trainings-too",
        PAGE,
        f"For the short training the verdict is {alike}: the correlation is "
        f"{bold(spread(short.weak))} in the weakest components and "
        f"{spread(short.strong)} in the strongest (larger in the weakest: "
        f"{more.words}), and the kernels moved {spread(short.farther, 1)} times as "
        "far along the strongest.",
        short.numbers,
        "the same correlation in the ten strongest components",
        more.p,
        SHORT_ONES,
        networks=more.count,
    )


def _small_start(evidence: Evidence, short: _Left, small: _Left) -> Finding:
    right, usual = (
        evidence.each("read right", one.name) for one in (SMALL_START, SHORT)
    )
    cleaner = over_networks(short.share - small.share)
    near = over_networks(MARGIN - np.abs(right - usual))
    verdict = "makes" if cleaner.shown else "is not shown to make"
    price = "at equal accuracy" if near.shown else "and equal accuracy is not shown"
    return Finding(
        "small-start-is-clean",
        PAGE,
        f"{_scope(cleaner, 'a')} small start {verdict} kernels cleaner, {price}. Begun "
        f"at {SMALL_START.start_scale} of the usual size, they end with "
        f"{bold(shares(small.share))} of their energy in the ten weakest components; "
        f"begun at the usual size, with {shares(short.share)}; before training it was "
        f"{shares(short.before)} (less from the small start: {cleaner.words}). The "
        f"networks from a small start read {shares(right)} of the test images right, "
        f"the others {shares(usual)} (less than half a percentage point apart: "
        f"{near.words}).",
        {
            "size of the small start": SMALL_START.start_scale,
            **over_networks(small.share).numbers("energy, small start"),
            **over_networks(short.share).numbers("energy, usual start"),
            **over_networks(short.before).numbers("energy, untrained"),
            **cleaner.numbers("less energy from the small start"),
            **over_networks(right).numbers("read right, small start"),
            **over_networks(usual).numbers("read right, usual start"),
            **near.numbers("half a point minus the difference"),
        },
        "the usual start, paired by random seed: same recipe, same images",
        cleaner.p,
        f"{SHORT_ONES} One size of the small start was tried.",
        networks=len(evidence.seeds),
        short=f"{_scope(cleaner, 'a')} small start {verdict} kernels cleaner, {price}: "
        f"{shares(small.share)} of their energy in the ten weakest components, "
        f"against {shares(short.share)} (less: {cleaner.words}).",
    )


def _epochs_and_decay(evidence: Evidence, short: _Left) -> Finding:
    long, decay = _Left(evidence, LONG), _Left(evidence, DECAY)
    by_epochs, by_decay = (
        over_networks(short.share - one.share) for one in (long, decay)
    )
    few, many = (evidence.running["epochs"][one.name] for one in (SHORT, LONG))
    shows = "still shows" if long.beyond_chance.shown else "is not shown any more"
    longer = (
        f"{_scope(by_epochs, f'{many}')} epochs instead of {few} "
        f"{'' if by_epochs.shown else 'are not shown to '}leave a smaller share of "
        f"noise: {bold(shares(long.share))} of the energy in the ten weakest "
        f"components, against {shares(short.share)} (less: {by_epochs.words}). The "
        f"start {shows}: the correlation there is {spread(long.weak)}. The part in "
        f"the ten weakest components has {spread(long.grown['weakest'], 1)} times its "
        "initial size, and the part in the ten strongest "
        f"{spread(long.grown['strongest'], 1)} times."
    )
    if many == few:
        longer = (
            "On so few images the short training has as many epochs as the long one, "
            f"{few}, so this build cannot tell what more epochs do. The short one "
            f"leaves {shares(short.share)} of the energy in the ten weakest "
            "components."
        )
    return Finding(
        "epochs-and-decay",
        PAGE,
        f"{longer} Weight decay "
        f"{'leaves' if by_decay.shown else 'is not shown to leave'} a smaller share: "
        f"{shares(decay.share)} (less: {by_decay.words}).",
        {
            "epochs": few,
            "epochs of the long training": many,
            **over_networks(long.share).numbers("energy, long training"),
            **over_networks(short.share).numbers("energy, short training"),
            **over_networks(decay.share).numbers("energy, weight decay"),
            **by_epochs.numbers("less energy by more epochs"),
            **by_decay.numbers("less energy by weight decay"),
            **over_networks(long.weak).numbers("correlation, more epochs"),
            **over_networks(long.grown["weakest"]).numbers("growth in the weakest"),
            **over_networks(long.grown["strongest"]).numbers("growth in the strongest"),
            **long.beyond_chance.numbers("correlation minus null 97.5 %"),
        },
        "the short training, paired by random seed: same images",
        by_decay.p if many == few else by_epochs.p,
        f"{SHORT_ONES} One strength of weight decay was tried.",
        networks=by_epochs.count,
    )


def _filters_that_fail(evidence: Evidence) -> Finding:
    failed = evidence.each("checks", "within chance") > 0
    cost = evidence.each("checks", "cost")
    follows = over_networks(evidence.each("checks", "order with cost"))
    numbers = {
        "filters": failed.size,
        "filters that failed": int(failed.sum()),
        "images": evidence.running["checks"]["images"],
        **follows.numbers("correlation of order and cost"),
    }
    networks = counted(len(failed), "network")
    told = (
        f"{'Every' if failed.all() else 'No'} filter of "
        f"{'the one network' if len(failed) == 1 else networks} measured failed both "
        "checks, order and answer."
    )
    both = failed.any(axis=1) & ~failed.all(axis=1)
    if both.any():
        cheaper = over_networks(
            some[~one].mean() - some[one].mean()
            for one, some in zip(failed[both], cost[both], strict=True)
        )
        compared, more = _against_the_others(evidence, failed, cost)
        told = f"{compared} {_verdict_on_cost(cheaper)}"
        numbers = {
            **more,
            **cheaper.numbers("cost of the others minus theirs"),
            "networks with both kinds": cheaper.count,
            **numbers,
        }
    return Finding(
        "filters-that-fail",
        PAGE,
        f"{told} Over the filters of a network, order and cost have a rank correlation "
        f"of {spread(evidence.each('checks', 'order with cost'))} (above zero: "
        f"{follows.words}).",
        numbers,
        "the other filters of the same network",
        follows.p,
        "A filter that costs nothing alone may stand in for another one. The p-values "
        "of single filters are not adjusted for their number.",
        networks=len(evidence.seeds),
    )


def _verdict_on_cost(cheaper: OverNetworks) -> str:
    """Say whether filters that failed cost less, in the networks that have some."""
    told = (
        f"They cost less in {cheaper.above} of {counted(cheaper.count, 'network')} "
        "that had filters of both kinds"
    )
    if cheaper.p is None:
        return f"{told}, too few for a verdict."
    shown = "So filters that fail cost less" if cheaper.shown else "That shows nothing"
    return f"{told}. {shown} (exact sign-flip test, {p_value(cheaper.p)})."


def _against_the_others(
    evidence: Evidence, failed: np.ndarray, cost: np.ndarray
) -> tuple[str, dict[str, float]]:
    """Compare filters within chance with the others, over all networks together."""
    blank = evidence.each("checks", "mostly blank")
    images = evidence.running["checks"]["images"]
    theirs, others = (float(cost[one].mean()) for one in (failed, ~failed))
    idle, busy = (int(blank[one].sum()) for one in (failed, ~failed))
    return (
        f"**{int(failed.sum())} of {counted(failed.size, 'filter')}** failed both "
        f"checks, order and answer. Of these, {idle} were blank on more than nine in "
        f"ten validation images, of the others {busy}. Removing one of them cost "
        f"{signed(theirs, 1)} right answers on average, out of {images:,} images; "
        f"removing one of the others cost {signed(others, 1)}.",
        {
            "mostly blank, failed": idle,
            "mostly blank, the others": busy,
            "mean cost, failed": theirs,
            "mean cost, the others": others,
        },
    )


def _times(value: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Divide, with 0 where there is nothing to divide by."""
    return np.divide(value, of, out=np.zeros_like(value), where=of > 0)


def _scope(over: OverNetworks, first: str) -> str:
    """Begin a verdict; with few networks, as one on these networks only."""
    if over.p is not None:
        return heading(first)
    return f"In {'this network' if over.count == 1 else 'these networks'}, {first}"
