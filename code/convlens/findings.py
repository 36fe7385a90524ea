"""From measured numbers to claims: the numbers choose the words.

Each function takes what was measured and returns a `convlens.claims.Claim`.
"""

from __future__ import annotations

import numpy as np

from convlens.claims import Claim
from convlens.statistics import AgainstChance, against_chance

BUILD = "Build and train the CNN on MNIST"
KERNELS = "What the kernels look like"
MAPS = "Feature maps"


def share_read_right(
    correct: int, total: int, commonest: float, *, data: str, seed: int
) -> Claim:
    """State the share of test images read right, with its 95 % interval.

    Args:
        correct: Test images read right.
        total: Test images.
        commonest: Share of the commonest digit among them, in [0, 1].
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its interval is Wilson's.

    Source:
        Wilson, "Probable inference, the law of succession, and statistical
        inference", Journal of the American Statistical Association 22, 1927.

    Example:
        >>> share_read_right(90, 100, 0.2, data="digits", seed=0).value
        0.9
    """
    from scipy.stats import binomtest  # slow to import, and a build mostly reads

    low, high = binomtest(correct, total).proportion_ci(method="wilson")
    return Claim(
        "test-accuracy",
        f"Of {total:,} test digits that it never saw, the network reads "
        f"{correct:,} right: **{correct / total:.2%}**, 95 % interval "
        f"{low:.2%} to {high:.2%}. Always naming the commonest digit gives "
        f"{commonest:.2%}.",
        correct / total,
        f"{commonest:.2%}: always name the commonest digit",
        (seed,),
        f"One network, {data}. The interval covers the choice of test digits, not the "
        "choice of random seed.",
        BUILD,
    )


def lowest_validation_loss(
    losses: list[float], *, validated: int, data: str, seed: int
) -> Claim:
    """State after which epoch the validation loss was lowest.

    Args:
        losses: Validation loss after each epoch.
        validated: How many validation images there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value counts epochs from 1.

    Example:
        >>> told = {"validated": 100, "data": "digits", "seed": 0}
        >>> print(lowest_validation_loss([0.3, 0.1, 0.2], **told).sentence)
        The validation loss was lowest after epoch 2 of 3, at 0.1000, and ended at \
0.2000: one training is too little to call this overfitting.
    """
    best, epochs = int(np.argmin(losses)) + 1, len(losses)
    if losses[-1] > losses[best - 1]:
        meaning = (
            f"and ended at {losses[-1]:.4f}: one training is too little to call this "
            "overfitting"
        )
    else:
        meaning = "and did not rise again"
    return Claim(
        "lowest-validation-loss",
        f"The validation loss was lowest after epoch {best} of {epochs}, at "
        f"{losses[best - 1]:.4f}, {meaning}.",
        best,
        f"1 in {epochs}, were every epoch as likely to be the lowest",
        (seed,),
        f"One training, {validated:,} validation images, {data}.",
        BUILD,
    )


def commonest_confusion(confusion: np.ndarray, *, data: str, seed: int) -> Claim:
    """State which digit is most often taken for which, and whether chance would do.

    Args:
        confusion: Counts, shape ``(10, 10)``; rows are the true digits.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value is the count of the commonest confusion. Chance spreads
        the same number of mistakes evenly over the 90 confusions, ten thousand times.

    Example:
        >>> counts = np.eye(10, dtype=int) * 9
        >>> counts[4, 9] = 5
        >>> print(commonest_confusion(counts, data="digits", seed=0).sentence)
        Mistakes: 5. The most frequent is 4 read as 9: 5 of them, and 9 read as 4: 0. \
That is more than chance gives: 1.1 (95 % from 1 to 2).
    """
    wrong = confusion - np.diag(np.diag(confusion))
    mistakes, most = int(wrong.sum()), int(wrong.max())
    spread = np.random.default_rng(0).multinomial(mistakes, [1 / 90] * 90, size=10_000)
    held = against_chance(most, spread.max(axis=1))
    chance = f"{held.middle:.1f} (95 % from {held.low:.0f} to {held.high:.0f})"
    verdict = "more" if held.above else "no more"
    sentence = "It makes no mistake on these digits."
    if mistakes:
        sentence = (
            f"Mistakes: {mistakes:,}. {_most_frequent(wrong)} That is {verdict} than "
            f"chance gives: {chance}."
        )
    return Claim(
        "commonest-confusion",
        sentence,
        most,
        f"{chance}: the same mistakes spread evenly over the 90 confusions",
        (seed,),
        f"One network, {data}. Another seed makes other mistakes.",
        BUILD,
    )


def _most_frequent(wrong: np.ndarray) -> str:
    most = wrong.max()
    pairs = np.argwhere(wrong == most)
    if len(pairs) > 1:
        named = ", ".join(f"{true} read as {read}" for true, read in pairs[:3])
        more = " among them" if len(pairs) > 3 else ""
        return (
            f"{len(pairs)} confusions are equally frequent, {most} each: {named}{more}."
        )
    true, read = pairs[0]
    return (
        f"The most frequent is {true} read as {read}: {most} of them, and {read} read "
        f"as {true}: {wrong[read, true]}."
    )


def surest_mistake(
    truth: np.ndarray, probabilities: np.ndarray, *, data: str, seed: int
) -> Claim:
    """State how sure the network was of its surest mistake, and how often it was right.

    Args:
        truth: Labels, shape ``(n,)``.
        probabilities: What the network gave, shape ``(n, 10)``.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value is the probability given to the surest wrong answer, 0
        where there is none.

    Example:
        >>> sure = np.eye(10)[[3, 5]] * 0.91
        >>> claim = surest_mistake(np.array([3, 8]), sure, data="digits", seed=0)
        >>> print(claim.sentence)
        The surest mistake had a probability of 0.9100. Of the 2 digits read with at \
least that probability, 1 were right.
    """
    read, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = read != truth
    value = float(sure[wrong].max()) if wrong.any() else 0.0
    as_sure = sure >= value
    sentence = "It makes no mistake on these digits, so there is none to draw."
    if wrong.any():
        sentence = (
            f"The surest mistake had a probability of {value:.4f}. Of the "
            f"{np.sum(as_sure):,} digits read with at least that probability, "
            f"{np.sum(as_sure & ~wrong):,} were right."
        )
    return Claim(
        "surest-mistake",
        sentence,
        value,
        "none: the largest of many, not compared with chance",
        (seed,),
        f"One network, {data}.",
        BUILD,
    )


def neighbours_agree(
    trained: AgainstChance,
    before: float,
    *,
    kernels: int,
    largest: float,
    data: str,
    seed: int,
) -> Claim:
    """State whether neighbouring weights of the trained kernels agree.

    Args:
        trained: Mean Moran's I over the trained kernels, held against the same
            weights shuffled.
        before: The mean over the same kernels before training.
        kernels: How many there are.
        largest: The largest Moran's I that a kernel of this size can have.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> held = AgainstChance(0.4, -0.1, -0.04, 0.02, 0.001)
        >>> told = {"kernels": 16, "largest": 0.85, "data": "digits", "seed": 0}
        >>> print(neighbours_agree(held, -0.05, **told).sentence[:77])
        In the trained kernels, neighbouring weights agree more than chance explains.
    """
    chance = _range(trained)
    if not trained.above:
        verdict = "no more than chance explains"
    elif trained.value > before:
        verdict = "more than chance explains"
    else:
        verdict = "more than chance explains, but no more than before training"
    return Claim(
        "neighbours-agree",
        f"In the trained kernels, neighbouring weights agree {verdict}. Moran's I "
        f"measures it: near 0 for weights in random order, at most {_signed(largest)} "
        f"for kernels of this size. Over the {kernels} kernels it is "
        f"**{_signed(trained.value)}** on average; the same weights shuffled give "
        f"{chance}; before training it was {_signed(before)}.",
        trained.value,
        f"{chance}: the weights shuffled inside each kernel",
        (seed,),
        f"One network, {data}; kernels of one network are not independent. Agreement "
        "does not make an “edge detector”.",
        "How filters learn features",
    )


def kernels_that_answer(
    answering: int, blank: int, untrained: int, *, kernels: int, data: str, seed: int
) -> Claim:
    """State how many kernels answer the running digit, and how many stay silent.

    Args:
        answering: Maps whose peak is at least a tenth of the strongest map's.
        blank: Maps that are zero everywhere.
        untrained: ``answering`` of the same network before training.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> claim = kernels_that_answer(9, 2, 16, kernels=16, data="digits", seed=0)
        >>> print(claim.sentence)
        For this image 9 of the 16 feature maps reach at least a tenth of the \
strongest map's peak; 2 are zero everywhere. Before training 16 reached it.
    """
    return Claim(
        "kernels-that-answer",
        f"For this image {answering} of the {kernels} feature maps reach at least a "
        f"tenth of the strongest map's peak; {blank} are zero everywhere. Before "
        f"training {untrained} reached it.",
        answering,
        f"not chance but a control: {untrained} of {kernels} before training",
        (seed,),
        f"One network and one image, {data}. A map that is blank here may not be for "
        "another image.",
        "How filters learn features",
    )


def weights_moved(
    kept: AgainstChance, growth: float, *, kernels: int, data: str, seed: int
) -> Claim:
    """State how far training moved the kernels, and whether their start still shows.

    Args:
        kept: Mean correlation of each trained kernel with its own initial weights, held
            against pairings with other kernels' initial weights.
        growth: Root mean square of the trained weights over that of the initial ones.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> held = AgainstChance(0.4, -0.1, 0.0, 0.1, 0.001)
        >>> told = {"kernels": 16, "data": "digits", "seed": 0}
        >>> print(weights_moved(held, 2.5, **told).sentence[:71])
        Training changed the size of the weights by a factor of 2.5. Where each
    """
    chance = _range(kept)
    verdict = "still shows" if kept.above else "does not show any more"
    return Claim(
        "weights-moved",
        f"Training changed the size of the weights by a factor of {growth:.1f}. Where "
        f"each kernel began {verdict}: over the {kernels} kernels, the trained weights "
        f"correlate with their own initial weights at **{_signed(kept.value)}** on "
        f"average; with the initial weights of kernels drawn at random at {chance}."
        + " So part of the noise in a trained kernel is older than the training."
        * kept.above,
        kept.value,
        f"{chance}: trained and initial kernels paired at random",
        (seed,),
        f"One network, {data}; kernels of one network are not independent.",
        KERNELS,
    )


def kernels_beyond_shuffles(
    trained: int, before: int, *, kernels: int, data: str, seed: int
) -> Claim:
    """State how many kernels are more orderly than their own shuffles.

    Args:
        trained: Kernels whose neighbouring weights agree more than in all but the top
            fortieth of their own shuffles.
        before: The same count before training.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> told = {"kernels": 16, "data": "digits", "seed": 0}
        >>> print(kernels_beyond_shuffles(9, 1, **told).sentence[:66])
        One by one, **9 of 16** trained kernels have neighbours that agree
    """
    expected = kernels / 40
    return Claim(
        "kernels-beyond-shuffles",
        f"One by one, **{trained} of {kernels}** trained kernels have neighbours that "
        "agree more than in all but a fortieth of their own shuffles. Before training "
        f"it was {before}; chance alone gives about {expected:.1f}. Not told from "
        f"noise in this way: {kernels - trained}.",
        trained,
        f"{expected:.1f}: a fortieth of {kernels} kernels",
        (seed,),
        f"One network, {data}. A kernel that this measure cannot tell from noise may "
        "still have an order that it does not see, or be one that the network needs.",
        KERNELS,
    )


def second_layer_agrees(
    trained: AgainstChance, before: float, *, kernels: int, data: str, seed: int
) -> Claim:
    """State whether neighbouring weights agree in the second layer's kernels too.

    Args:
        trained: Mean Moran's I over the trained kernels, held against the same
            weights shuffled.
        before: The mean over the same kernels before training.
        kernels: How many there are.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim.

    Example:
        >>> held = AgainstChance(0.2, -0.05, -0.04, -0.03, 0.001)
        >>> told = {"kernels": 512, "data": "digits", "seed": 0}
        >>> print(second_layer_agrees(held, -0.04, **told).sentence[:70])
        In the second layer, neighbouring weights agree more than chance gives
    """
    chance = _range(trained)
    verdict = "more" if trained.above else "no more"
    return Claim(
        "second-layer-agrees",
        f"In the second layer, neighbouring weights agree {verdict} than chance gives: "
        f"Moran's I is **{_signed(trained.value)}** on average over its {kernels} "
        f"kernels. For the same weights shuffled it is {chance}; before training it "
        f"was {_signed(before)}.",
        trained.value,
        f"{chance}: the weights shuffled inside each kernel",
        (seed,),
        f"One network, {data}; kernels of one network are not independent.",
        KERNELS,
    )


def dead_and_blank(
    blank: dict[str, np.ndarray], *, on_seven: int, data: str, seed: int
) -> Claim:
    """State how many maps are blank on some images, and how many on all.

    Args:
        blank: By layer, which maps (second axis) are zero everywhere on which test
            images (first axis), boolean.
        on_seven: Maps of the first of these layers that are blank on the running digit.
        data: Name of the images.
        seed: Of the network.

    Returns:
        The claim; its value is the number of dead maps.

    Example:
        >>> blank = {"relu1": np.array([[True, True, False], [True, False, False]])}
        >>> print(dead_and_blank(blank, on_seven=2, data="digits", seed=0).sentence)
        On this image 2 maps of relu1 are blank. Over all 2 test images: of the 3 maps \
of relu1, **1 dead**, 1 blank on some images (the most often on 50.0% of them), 1 on \
none.
    """
    layers, images = [], len(next(iter(blank.values())))
    dead = 0
    for name, mask in blank.items():
        share = mask.mean(axis=0)
        some = share[(share > 0) & (share < 1)]
        often = f" (the most often on {some.max():.1%} of them)" if some.size else ""
        layers.append(
            f"of the {len(share)} maps of {name}, **{np.sum(share == 1)} dead**, "
            f"{some.size} blank on some images{often}, {np.sum(share == 0)} on none"
        )
        dead += int(np.sum(share == 1))
    first = next(iter(blank))
    return Claim(
        "dead-and-blank",
        f"On this image {on_seven} maps of {first} are blank. Over all {images:,} test "
        f"images: {'; '.join(layers)}.",
        dead,
        "none: a count, not compared with chance",
        (seed,),
        f"One network, {data}. A map that is dead here may answer to other images.",
        MAPS,
    )


def _range(held: AgainstChance) -> str:
    """What chance gives: its middle, and where 95 % of it lies."""
    low, middle, high = map(_signed, (held.low, held.middle, held.high))
    return f"{middle} on average, and in 95 % of the draws between {low} and {high}"


def _signed(number: float) -> str:
    """Two decimals, with a true minus sign, and no minus before zero."""
    return f"{number:z.2f}".replace("-", "\N{MINUS SIGN}")
