"""Do the image patches set where kernels have their energy, or do the labels?

Primary statistic: how much more alike the energy profiles of different networks are
after training than before, over all pairs of networks; test: exact sign-flip over
networks. For the labels: the correlation of the profile learned from shuffled labels
with the one learned from true labels, minus that of the untrained profile; test: exact
sign-flip over networks.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convlens.statistics import energy_profile
from convlens.study.findings import (
    Evidence,
    Finding,
    OverNetworks,
    bold,
    over_networks,
    spread,
)
from convlens.study.runs import Numbers, TrainedNetwork
from convlens.study.variants import MEMORY, OWN, SHORT
from convlens.words import signed

TRAININGS = (OWN, SHORT, MEMORY)
PAGE = "What sets them: the patches"
MEMORISED = 0.99  # training accuracy from which shuffled labels count as memorised


def measure(network: TrainedNetwork) -> Numbers:
    """Measure the energy profile of the first layer before and after each training."""
    records, components = network.records, network.patch_components
    profiles = {
        one.name: energy_profile(records[one.name].weights[0], components).tolist()
        for one in TRAININGS
    }
    start = energy_profile(network.record.initial_weights[0], components).tolist()
    history = records[MEMORY.name].history
    return {
        "untrained": start,
        "trained": profiles,
        "memorised": history["accuracy"][-1],
        "images": len(MEMORY.recipe.training_part(network.images)[0]),
    }


def conclude(evidence: Evidence) -> Iterator[Finding]:
    """State whether profiles agree between networks, and what labels do to them."""
    yield _profiles_agree(evidence)
    yield _patches_not_labels(evidence)


def correlations(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Correlate every profile of one set with every profile of another.

    Args:
        first: Shape ``(m, components)``.
        second: Shape ``(n, components)``.

    Returns:
        Shape ``(m, n)``; 0 for a profile with the same share on every component.

    Example:
        >>> correlations(np.array([[1.0, 2.0, 3.0]]), np.array([[6.0, 4.0, 2.0]]))
        array([[-1.]])
    """
    one, other = (some - some.mean(axis=1, keepdims=True) for some in (first, second))
    spread = np.outer(np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1))
    together = one @ other.T
    # shares that are equal but for rounding have no profile to correlate
    return np.divide(
        together, spread, out=np.zeros_like(together), where=spread > 1e-12
    )


def more_alike(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Compare, network by network, how alike profiles are after training and before.

    Correlations of pairs of networks are not independent, since each network is in
    several pairs. If training did nothing to profiles, "before" and "after" of each
    network could be exchanged. Exchanging them changes the mean difference over pairs
    as flipping the sign of the network's number here does: so the sign-flip test of
    these numbers is exact.

    Args:
        before: Profiles before training, one row per network, at least two.
        after: Profiles after training, in the same order.

    Returns:
        Shape ``(networks,)``: how much better a network's trained profile correlates
        with all profiles of the other networks, trained and untrained, than its
        untrained profile does. Their mean is the mean correlation over pairs after
        training minus the same before.

    Example:
        >>> before = np.array([[0.1, 0.9, 0.0], [0.9, 0.1, 0.0]])
        >>> after = np.array([[0.0, 0.2, 0.8], [0.0, 0.3, 0.7]])
        >>> bool(more_alike(before, after).mean() > 1)
        True
    """
    alike = (
        correlations(after, after)
        - correlations(before, before)
        + correlations(after, before)
        - correlations(before, after)
    )
    np.fill_diagonal(alike, 0)
    return alike.sum(axis=1) / (len(before) - 1)


def _profiles_agree(evidence: Evidence) -> Finding:
    before = evidence.each("untrained")
    after = evidence.each("trained", OWN.name)
    own = np.diag(correlations(before, after))
    if len(before) == 1:
        return _one_network(own.item())
    pairs = np.triu_indices(len(before), 1)
    then, now = (correlations(one, one)[pairs] for one in (before, after))
    more = over_networks(more_alike(before, after))
    verdict = "agree" if more.shown else "are not shown to agree"
    return Finding(
        "profiles-agree",
        PAGE,
        f"The energy profiles of networks {verdict} more after training than before. "
        "The profiles of two trained networks have a correlation of "
        f"{bold(spread(now))}, those of the same two before training one of "
        f"{signed(then.mean())}. A trained profile and its own start have one of "
        f"{signed(own.mean())}. "
        "A trained profile is more like those of the other networks than its own "
        f"start is: {more.words}.",
        {
            **_numbers("pair, trained", now),
            **_numbers("pair, untrained", then),
            **over_networks(own).numbers("trained with its own untrained profile"),
            **more.numbers("more alike"),
        },
        f"{spread(then)}: the same networks untrained",
        more.p,
        "All networks were trained on the same images; they differ in their initial "
        "weights and in the order of the images.",
        networks=len(evidence.seeds),
    )


def _one_network(own: float) -> Finding:
    return Finding(
        "profiles-agree",
        PAGE,
        "It takes two networks to tell whether energy profiles agree, and this book "
        "was built with one. Its profiles before and after training have a "
        f"correlation of **{signed(own)}**.",
        {"trained with its own untrained profile": own},
        "none: one network makes no pair",
    )


def _patches_not_labels(evidence: Evidence) -> Finding:
    true, short, shuffled = (
        evidence.each("trained", one.name) for one in (OWN, SHORT, MEMORY)
    )
    learned, briefly, initial = (
        np.diag(correlations(one, other))
        for one, other in (
            (shuffled, true),
            (shuffled, short),
            (evidence.each("untrained"), true),
        )
    )
    more = over_networks(learned - initial)
    memorised = evidence.each("memorised")
    images = evidence.running["images"]
    return Finding(
        "patches-not-labels",
        PAGE,
        f"{_memorised(memorised, images)} Their energy profiles then have a "
        f"correlation of {bold(spread(learned))} with those of the same networks after "
        f"the whole training on true labels, and of {spread(briefly)} with those after "
        f"a short one. Untrained profiles have a correlation of "
        f"{signed(initial.mean())} with those of the whole training. Training on "
        f"shuffled labels raised it: {more.words}. {_verdict(more, learned)}",
        {
            "images": images,
            **over_networks(memorised).numbers("accuracy on shuffled labels"),
            **over_networks(learned).numbers("shuffled with true labels"),
            **over_networks(briefly).numbers("shuffled with true labels, short"),
            **over_networks(initial).numbers("untrained with true labels"),
            **more.numbers("shuffled minus untrained"),
        },
        f"{spread(initial)}: the untrained profile with that of the true labels; both "
        "trainings began with the same weights",
        more.p,
        "The trainings also differ in the number of images and of steps, and smooth "
        "layers have similar profiles anyway. None had other patches, which would test "
        "whether the patches set the profile. A profile tells where kernels have their "
        "energy, not what they look like.",
        networks=len(evidence.seeds),
        short="Energy profiles learned from shuffled labels have a correlation of "
        f"{bold(spread(learned))} with those learned from true labels, untrained ones "
        f"of {spread(initial)} (larger after shuffled labels: {more.words}). "
        f"{_verdict(more, learned)}",
    )


def _memorised(accuracy: np.ndarray, images: int) -> str:
    """Say whether shuffled labels were memorised."""
    lowest = accuracy.min()
    least = f"{'at least ' * bool(lowest < 1)}{lowest:.1%}"
    by_heart = lowest >= MEMORISED
    return (
        f"After training on {images:,} images with shuffled labels, every network "
        f"reproduced {least} of these labels: they were "
        f"{'' if by_heart else 'not all '}memorised."
    )


def _verdict(more: OverNetworks, learned: np.ndarray) -> str:
    """Say what sets the profile; r^2 is the variance that both share."""
    if not more.shown:
        return "It is not shown that such a profile forms without true labels."
    close = over_networks(learned**2 - 0.5).shown
    form = "a similar profile forms" if close else "part of the profile forms"
    where = "So" if more.p is not None else "In what was measured,"
    return f"{where} {form} without true labels."


def _numbers(name: str, values: np.ndarray) -> dict[str, float]:
    return {
        f"{name}, mean": float(values.mean()),
        f"{name}, smallest": float(values.min()),
        f"{name}, largest": float(values.max()),
    }
