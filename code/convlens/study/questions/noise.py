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
    verdict = "is not shown to follow their initial weights"
    if own.beyond_chance.shown:
        verdict = "still follows their initial weights"
    # with what is left and what is new uncorrelated, r^2 is a share of energy
    start = own.weak * np.abs(own.weak)
    running = evidence.running["left"][OWN.name]["weakest"]
    null = NullComparison(
        **{one.name: running[one.name] for one in fields(NullComparison)}
    )
    return Finding(
        "noise-is-the-start",
        PAGE,
        f"{_scope(own.more_in_weak, 'what')} the trained kernels hold in the ten "
        f"weakest components {verdict}: the two correlate at {bold(spread(own.weak))}"
        f"{_share_of_the_start(start)}. In the ten strongest components the "
        f"correlation is {spread(own.strong)}. It is {_larger_in_weak(own)}. "
        f"{_how_far(own.farther)}",
        {
            **own.numbers,
            **over_networks(own.random).numbers("correlation in random directions"),
            **over_networks(start).numbers("share that the start explains"),
            **own.beyond_chance.numbers("weakest minus null 97.5%"),
            **null_numbers(null),
        },
        f"{null_range(null)}: in the first network, trained and initial kernels paired "
        "at random",
        own.more_in_weak.p,
        f"{NOT_INDEPENDENT} Other images have other components.",
        networks=len(evidence.seeds),
        short="Where patches hardly vary, what the trained kernels hold "
        f"{verdict}: the two correlate at {spread(own.weak)}, "
        f"{_where('above chance', own.beyond_chance)}.",
    )


def _share_of_the_start(share: np.ndarray) -> str:
    """Say how much of the weak part the start explains, where that is something."""
    if share.min() <= 0:
        return ""
    least, most = (f"{one:.0%}" for one in (share.min(), share.max()))
    told = least if least == most else f"{least} to {most}"
    return f", so that the start explains {told} of it"


def _larger_in_weak(left: _Left) -> str:
    """Compare the correlations at both ends; a phrase to end a sentence with."""
    return _where("larger in the weakest components", left.more_in_weak)


def _short_trainings_too(own: _Left, short: _Left) -> Finding:
    more = short.more_in_weak
    alike = "the same" if more.shown == own.more_in_weak.shown else "different"
    return Finding(
        "short-trainings-too",
        PAGE,
        f"After the short training the verdict is {alike}: the correlation is "
        f"{bold(spread(short.weak))} in the weakest components, and "
        f"{spread(short.strong)} in the strongest. It is {_larger_in_weak(short)}.",
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
        f"{_scope(cleaner, 'a')} small start {verdict} kernels cleaner, {price}. After "
        f"short trainings from {SMALL_START.start_scale} of the usual initial weights, "
        f"{bold(_percent(small.share))} of the kernels' energy ends in the ten weakest "
        f"components, against {_percent(short.share)} from the usual size and "
        f"{_percent(short.before)} before training. The share is "
        f"{_where('smaller', cleaner)}. Of at most {READ:,} test images, "
        f"{_percent(right)} are read right after the small start and {_percent(usual)} "
        "after the usual one. The two are "
        f"{_where('less than half a percentage point apart', near)}.",
        {
            "size of the small start": SMALL_START.start_scale,
            "test images at most": READ,
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
        f"{_percent(small.share)} of their energy in the ten weakest components, "
        f"against {_percent(short.share)}; {_where('smaller', cleaner)}.",
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
        f"grain: {bold(shares(long.share))} of the energy lies in the ten weakest "
        f"components, against {shares(short.share)}. The share is "
        f"{_where('smaller', by_epochs)}. {_which_changed(long)} The start {shows}: "
        f"the correlation there is {_mean(long.weak)}, against {_mean(short.weak)} "
        f"after the shorter training{_fades(short, long)}."
    )
    if many == few:
        longer = (
            "On so few images the short training has as many epochs as the long one, "
            f"{few}, so this build cannot tell what more epochs do. The short one "
            f"leaves {_percent(short.share)} of the energy in the ten weakest "
            "components."
        )
    return Finding(
        "epochs-and-decay",
        PAGE,
        f"{longer} Weight decay "
        f"{'leaves' if by_decay.shown else 'is not shown to leave'} a smaller share: "
        f"{_percent(decay.share)}. It is {_where('smaller', by_decay)}.",
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
            **long.beyond_chance.numbers("correlation minus null 97.5%"),
        },
        "the short training, paired by random seed: same images",
        by_decay.p if many == few else by_epochs.p,
        f"{SHORT_ONES} One strength of weight decay was tried.",
        networks=by_epochs.count,
    )


def _fades(short: _Left, long: _Left) -> str:
    """Say whether a longer training wears the start away, where it does."""
    if not over_networks(short.weak - long.weak).shown:
        return ""
    told = (_mean(one.weak) for one in (short, long))
    if len({*told}) == 1 or long.weak.min() < 0.5:
        return ""
    return ", so more epochs wear it away, but not fast"


def _which_changed(long: _Left) -> str:
    """Say whether a share fell because grain shrank or because the rest grew."""
    weak, strong = (long.grown[end] for end in ENDS)
    sizes = (
        "the part in the ten weakest components became "
        f"{_mean(weak, 1)} times as large in training, and the part in the ten "
        f"strongest {_mean(strong, 1)} times"
    )
    if weak.min() >= 1 and strong.min() > weak.max():
        return f"The grain did not shrink, but the rest grew: {sizes}."
    if weak.max() < 1:
        return f"The grain itself shrank: {sizes}."
    return f"{heading(sizes)}."


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
    p = None
    networks = counted(len(failed), "network")
    which = "the one network" if len(failed) == 1 else f"the {networks}"
    told = (
        f"{'Every' if failed.all() else 'No'} filter of {which} measured failed both "
        "checks, order and answer, so that nothing can be said on what it costs to "
        "remove such filters."
    )
    both = failed.any(axis=1) & ~failed.all(axis=1)
    if both.any():
        cheaper = over_networks(
            some[~one].mean() - some[one].mean()
            for one, some in zip(failed[both], cost[both], strict=True)
        )
        tested, p = cheaper.p is not None, cheaper.p
        compared, more = _against_the_others(evidence, failed, cost, tested)
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
        told,
        numbers,
        "the other filters of the same network",
        p,
        "A filter that costs nothing when it alone is removed may still be needed when "
        "others are removed too. The p-values of single filters are not adjusted for "
        "their number.",
        networks=len(evidence.seeds),
    )


def _verdict_on_cost(cheaper: OverNetworks) -> str:
    """Say whether filters that failed cost less, in the networks that have some."""
    if cheaper.p is None:
        networks = counted(cheaper.count, "network")
        return (
            f"Only {networks} had filters of both kinds, too few to say whether those "
            "that fail can be spared."
        )
    shown = (
        "So filters that fail cost less"
        if cheaper.shown
        else "That filters which fail cost less is not shown"
    )
    return f"{shown} (exact sign-flip test, {p_value(cheaper.p)})."


def _against_the_others(
    evidence: Evidence, failed: np.ndarray, cost: np.ndarray, tested: bool
) -> tuple[str, dict[str, float]]:
    """Compare filters within chance with the others, over all networks together."""
    blank = evidence.each("checks", "mostly blank")
    images = evidence.running["checks"]["images"]
    theirs, others = (float(cost[one].mean()) for one in (failed, ~failed))
    idle, busy = (int(blank[one].sum()) for one in (failed, ~failed))
    told = (
        f"**{int(failed.sum())} of {counted(failed.size, 'filter')}** failed both "
        "checks, order and answer."
    )
    if tested:
        told += (
            f" Of {images:,} validation images, removing one that failed cost "
            f"{signed(theirs, 1)} right answers on average, and removing one of the "
            f"others {signed(others, 1)}."
        )
    return told, {
        "mostly blank, failed": idle,
        "mostly blank, the others": busy,
        "mean cost, failed": theirs,
        "mean cost, the others": others,
    }


def _mean(values: np.ndarray, decimals: int = 2) -> str:
    """Write the mean over networks alone; the ledger keeps the range."""
    return signed(float(values.mean()), decimals)


def _percent(values: np.ndarray) -> str:
    """Write a mean share over networks alone; the ledger keeps the range."""
    return f"{values.mean():.1%}"


def _times(value: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Divide, with 0 where there is nothing to divide by."""
    return np.divide(value, of, out=np.zeros_like(value), where=of > 0)


def _where(more: str, over: OverNetworks) -> str:
    """Say where something is more than something else, to end a sentence with."""
    if over.count == 1 and not over.above:
        return f"not {more} in the one network measured"
    return f"{more} {over.words}"


def _how_far(farther: np.ndarray) -> str:
    """Compare how far training moved kernels along the two ends."""
    if farther.min() > 1:
        return (
            "Training moved the kernels farther along the strongest components than "
            f"along the weakest, by a factor of {_mean(farther, 1)}."
        )
    return (
        "That training moved the kernels farther along the strongest components than "
        f"along the weakest is not shown: the factor is {_mean(farther, 1)}."
    )


def _scope(over: OverNetworks, first: str) -> str:
    """Begin a verdict; with few networks, as one on these networks only."""
    if over.p is not None:
        return heading(first)
    return f"In {'this network' if over.count == 1 else 'these networks'}, {first}"
