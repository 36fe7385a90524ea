"""Numbers choose the sentences, and the ledger holds every number."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from convlens.activations import feature_maps, map_peaks
from convlens.convolution import cross_correlate
from convlens.kernels import layer_kernels
from convlens.statistics import NullComparison, morans_i, shuffled_weights
from convlens.study import claims, ledger, training_record, untrained_cnn
from convlens.study.claims import Claim, Ledger, as_text
from convlens.study.findings import Evidence, Finding
from convlens.study.questions import (
    accuracy,
    arrangement,
    blank_maps,
    even_greys,
    initial_weights,
    mistakes,
    order,
)
from convlens.study.runs import TrainedNetwork

SEVEN = dict(low=-0.11, mean=-0.04, high=0.03, p=0.001)


@pytest.fixture(scope="module")
def said(images):
    """The ledger on scikit-learn's digits."""
    return ledger(images)


@pytest.fixture(scope="module")
def network(images):
    """The network that it was measured on."""
    return TrainedNetwork(images, 0, {"own": training_record(images)})


def concluded(question, **numbers) -> dict[str, Finding]:
    """What follows from the numbers of one network, by name."""
    found = question.conclude(Evidence((0,), (numbers,)))
    return {finding.name: finding for finding in found}


def test_the_interval_is_wilsons():
    """As published: 90 of 100 give 0.8256 to 0.9448."""
    answers = np.eye(10)[[7] * 90 + [1] * 10]
    images = SimpleNamespace(y_test=np.full(100, 7), validation_count=1)
    record = SimpleNamespace(history={"val_loss": [0.1]})
    network = SimpleNamespace(images=images, probabilities=answers, record=record)
    finding = concluded(accuracy, **accuracy.measure(network))["test-accuracy"]
    assert finding.numbers["interval from"] == pytest.approx(0.8256, abs=1e-4)
    assert finding.numbers["interval to"] == pytest.approx(0.9448, abs=1e-4)
    assert "90 right. That is **90.00%**" in finding.sentence


@pytest.mark.parametrize(
    ("losses", "words"),
    [
        ([0.3, 0.2, 0.1], "after epoch 3 of 3, which was the last: there is no"),
        ([0.2, 0.1], "overfitting, but in 2 epochs it could hardly appear."),
        ([0.5, 0.4, 0.3, 0.2, 0.1], "there is no sign of overfitting."),
        ([0.3, 0.1, 0.1], "after epoch 2 of 3, and it did not rise again."),
        ([0.3, 0.1, 0.2], "after epoch 2 of 3, and ended at 0.2000."),
    ],
)
def test_the_validation_loss_chooses_its_sentence(losses, words):
    finding = accuracy._lowest_validation_loss(losses, 1234)
    assert words in finding.sentence
    assert finding.numbers["epoch"] == np.argmin(losses) + 1
    assert "1,234 validation images" in finding.limit


UNEVEN = "some pairs of digits are confused more often than others"


def confusion(**wrong: int) -> np.ndarray:
    counts = np.eye(10, dtype=int) * 90
    for pair, count in wrong.items():
        counts[int(pair[1]), int(pair[2])] = count
    return counts


def about_mistakes(counts: np.ndarray) -> dict[str, Finding]:
    """What is concluded from a table of confusions."""
    return concluded(
        mistakes,
        confusion=counts.tolist(),
        **mistakes._against_even_spread(counts),
        **{
            "equally hard digits": mistakes._against_equally_hard_digits(counts),
            "surest mistake": None,
            "as sure": 0,
            "as sure and right": 0,
        },
    )


@pytest.mark.parametrize(
    ("counts", "alone", "together"),
    [
        (confusion(_49=20, _94=2), True, True),
        (confusion(_49=1, _35=1), False, False),
        # no single pair is significant, all pairs together are
        (confusion(_49=4, _35=4, _53=4, _27=4, _72=4, _08=4, _80=4), False, True),
        (np.eye(10, dtype=int) * 90 + 2 * (1 - np.eye(10, dtype=int)), False, False),
    ],
)
def test_one_pair_and_all_pairs_are_judged_apart(counts, alone, together):
    finding = about_mistakes(counts)["commonest-confusion"]
    numbers = finding.numbers
    assert numbers["largest pair, value"] == (counts - 90 * np.eye(10)).max()
    assert (
        numbers["largest pair, value"] > numbers["largest pair, null 97.5%"]
    ) == alone
    assert ("That is more often than chance explains" in finding.sentence) == alone
    assert (numbers["all pairs, value"] > numbers["all pairs, null 97.5%"]) == together
    assert (f"So {UNEVEN}" in finding.sentence) == together
    assert ("nothing shows" in finding.sentence) != together


def test_many_small_pairs_are_seen_where_no_single_one_is():
    """Three cells of five among 64 mistakes: only all pairs together are too many."""
    rng = np.random.default_rng(0)
    wrong = np.bincount(rng.integers(0, 90, 55), minlength=90)
    wrong[:3] = 5
    counts = np.eye(10, dtype=int) * 900
    counts[~np.eye(10, dtype=bool)] = wrong
    finding = about_mistakes(counts)["commonest-confusion"]
    numbers = finding.numbers
    assert numbers["largest pair, value"] <= numbers["largest pair, null 97.5%"]
    assert numbers["all pairs, value"] > numbers["all pairs, null 97.5%"]
    assert f"So {UNEVEN}" in finding.sentence
    expected = wrong.sum() / 90
    chi_squared = np.sum((wrong - expected) ** 2 / expected)
    assert numbers["all pairs, value"] == pytest.approx(chi_squared)


@pytest.mark.parametrize("place", range(0, 90, 7))
def test_a_single_mistake_is_never_unlikely(place):
    """Wherever it falls: equal tables have equal statistics, to the last digit."""
    counts = np.eye(10, dtype=int) * 900
    wrong = np.zeros(90, int)
    wrong[place] = 1
    counts[~np.eye(10, dtype=bool)] = wrong
    assert mistakes._against_even_spread(counts)["all pairs"]["p"] == 1


def test_only_pairs_that_can_occur_are_compared():
    """With two digits there are eighteen; even mistakes over them are even."""
    counts = np.zeros((10, 10), int)
    counts[[1, 7]] = 3
    counts[1, 1] = counts[7, 7] = 100
    found = about_mistakes(counts)["commonest-confusion"]
    assert found.numbers["pairs"] == 18
    assert "nothing shows" in found.sentence


def test_without_mistakes_there_is_nothing_to_judge():
    found = about_mistakes(confusion())
    assert "no mistake" in found["commonest-confusion"].sentence
    assert "nothing to compare" in found["worst-digit"].sentence
    assert "no mistake" in found["surest-mistake"].sentence


def test_equally_frequent_confusions_are_named():
    two = about_mistakes(confusion(_49=1, _35=1))["commonest-confusion"].sentence
    assert "equally frequent, with 1 each: 3 read as 5 and 4 read as 9." in two
    four = about_mistakes(confusion(_49=1, _35=1, _17=1, _71=1))["commonest-confusion"]
    assert "4 read as 9, and others." in four.sentence


def test_ten_equally_hard_digits_are_rarely_called_unequal():
    """The verdict errs in about one case of forty, as its percentile says."""
    rng = np.random.default_rng(0)
    verdicts = []
    for _ in range(40):
        wrong = rng.binomial(1000, 0.01, size=10)
        counts = np.diag(1000 - wrong)
        counts[np.arange(10), (np.arange(10) + 1) % 10] = wrong
        held = NullComparison(**mistakes._against_equally_hard_digits(counts))
        assert held.mean == pytest.approx(9, abs=0.3)  # chi-squared of ten digits
        verdicts.append(held.above)
    assert sum(verdicts) <= 4


def test_a_digit_that_is_harder_is_named():
    counts = np.diag([1000] * 10)
    counts[9, 9], counts[9, 4] = 900, 100
    counts[1, 1], counts[1, 7] = 999, 1
    finding = about_mistakes(counts)["worst-digit"]
    assert finding.numbers["worst"] == 9
    assert finding.p < 0.001
    assert "Some digits are harder" in finding.sentence


def test_digits_that_are_not_there_are_not_compared():
    counts = np.zeros((10, 10), int)
    counts[1, 1], counts[7, 7], counts[7, 1] = 50, 48, 2
    finding = about_mistakes(counts)["worst-digit"]
    assert (finding.numbers["worst"], finding.numbers["best"]) == (7, 1)
    assert "over 2 digits" in finding.sentence


def test_the_surest_mistake_is_counted():
    truth = np.array([1, 2, 3, 4])
    probabilities = np.eye(10)[[1, 2, 5, 6]] * np.array([[0.99], [0.8], [0.9], [0.7]])
    found = mistakes._surest_mistake(truth, probabilities)
    assert found == {"surest mistake": 0.9, "as sure": 2, "as sure and right": 1}
    sentence = mistakes._surest(*found.values()).sentence
    assert "0.9000. Of the 2 digits that it read with at least this" in sentence
    assert sentence.endswith("1 was right.")
    none = mistakes._surest_mistake(truth[:2], probabilities[:2])
    assert none["surest mistake"] is None


def layer(value: float, before: float, beyond: int = 14) -> dict:
    return {
        "kernels": 16,
        "largest possible": 0.85,
        "trained": {"value": value, **SEVEN},
        "untrained": before,
        "trained beyond shuffles": beyond,
        "untrained beyond shuffles": 1,
        "p of trained beyond shuffles": order._p_of_count(beyond, 16),
    }


@pytest.mark.parametrize(
    ("value", "before", "words"),
    [
        (0.4, 0.0, "agree more than chance explains: averaged"),
        (0.4, 0.5, "more than chance explains, but no more than before training: "),
        (0.0, 0.0, "agree no more than chance explains: averaged"),
    ],
)
def test_the_kernels_choose_their_sentences(value, before, words):
    found = concluded(order, conv1=layer(value, before), conv2=layer(value, before))
    assert words in found["neighbours-agree"].sentence
    assert found["neighbours-agree"].p == 0.001
    more = "more" if value > 0.03 else "no more"
    assert f"agree {more} than chance explains" in found["second-layer-agrees"].sentence


@pytest.mark.parametrize(
    ("beyond", "words"),
    [
        (16, "so this is more than chance explains (p < 0.0001)."),
        (14, "The other 2 do not stand out from their own shuffles"),
        (15, "The other one does not stand out from its own shuffles"),
        (1, "so this is not shown to be more (p ="),
        (0, "The other 16 do not stand out from their own shuffles"),
    ],
)
def test_kernels_are_counted_against_what_chance_gives(beyond, words):
    found = concluded(order, conv1=layer(0.4, 0.0, beyond), conv2=layer(0.4, 0.0))[
        "kernels-beyond-shuffles"
    ]
    assert words in found.sentence
    assert found.numbers["expected by chance"] == 0.4
    assert (found.p < 0.025) == (beyond > 1)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.3, "the initial ones still show: "), (0.02, "are not shown to be left")],
)
def test_the_start_of_the_kernels_chooses_its_sentence(value, words):
    numbers = {"kernels": 16, "epochs": 3, "growth": 3.25}
    kept = {"value": value, **SEVEN}
    found = concluded(initial_weights, correlation=kept, **numbers)["weights-moved"]
    assert words in found.sentence
    assert found.sentence.startswith("After 3 epochs of training ")
    assert ("part of their random start" in found.sentence) == (value > 0.03)


@pytest.mark.parametrize(
    ("answering", "before", "words"),
    [
        (9, 16, "all 16 reach that height. A trained filter may be quiet because"),
        (9, 4, "untrained network 4 reach that height."),
        (9, 9, "as many reach that height."),
    ],
)
def test_training_is_not_said_to_do_harm(answering, before, words):
    finding = blank_maps._kernels_that_answer(answering, before, 1, 16)
    assert words in finding.sentence
    assert ("may be quiet" in finding.sentence) == (before > answering)
    assert "and 1 is zero everywhere" in finding.sentence
    none = blank_maps._kernels_that_answer(answering, before, 0, 16)
    assert "and none is zero everywhere" in none.sentence


def test_dead_is_told_from_blank():
    shares = {"relu1": np.array([1, 1 / 3, 0, 2 / 3]), "relu2": np.zeros(2)}
    finding = blank_maps._dead_and_blank(shares, 1, 3)
    assert finding.numbers["relu1, dead"] == 1
    assert finding.numbers["relu1, blank on some"] == 2
    assert "On the “7”, 1 map of relu1 is blank." in finding.sentence
    rare = blank_maps._dead_and_blank({"relu1": np.array([0.0002])}, 0, 5000)
    assert "1 is blank on some images (on less than 0.1% of them)" in rare.sentence
    assert (
        "are blank on some images (on at most 66.7% of them), and 1 on"
        in finding.sentence
    )
    assert (
        "of the 2 maps of relu2, **none** is dead, 0 are blank on some images, and 2"
        in (finding.sentence)
    )


@pytest.mark.parametrize(
    ("seven", "many", "words"),
    [
        (0.4, 0.4, "makes the answer stronger"),
        (-0.4, -0.4, "not shown to make the answer stronger"),
        (0.4, 0.0, "not shown to make the answer stronger"),
        (0.0, 0.4, "makes the answer stronger"),
    ],
)
def test_the_answers_choose_their_sentence(seven, many, words):
    numbers = {"the 7": {"value": seven, **SEVEN}, "digits": 1, "shuffles": 200}
    numbers["many digits"] = {"value": many, **SEVEN}
    assert (
        words in concluded(arrangement, **numbers)["answer-against-shuffles"].sentence
    )


CLAIMS = {
    "answer-against-shuffles",
    "commonest-confusion",
    "dead-and-blank",
    "edge-detectors-verdict",
    "epochs-and-decay",
    "even-greys",
    "filters-that-fail",
    "frozen-first-layers",
    "kernels-beyond-shuffles",
    "kernels-that-answer",
    "kernels-with-a-gradient",
    "lowest-validation-loss",
    "neighbours-agree",
    "noise-in-each-part",
    "noise-is-the-start",
    "number-guesses",
    "number-tells-trained",
    "one-kernel-removed",
    "one-step-lowers-the-loss",
    "order-grows",
    "orderly-kernels",
    "oriented-and-smooth",
    "patches-not-labels",
    "peaks-tell-the-digit",
    "pictures-by-ascent",
    "profiles-agree",
    "second-layer-agrees",
    "second-layer-as-one",
    "shapes-that-fit",
    "short-trainings-too",
    "small-start-is-clean",
    "smooth-against-random",
    "smooth-part-works",
    "surest-mistake",
    "test-accuracy",
    "tuned-to-an-angle",
    "untrained-kernels-put-in",
    "weights-moved",
    "when-order-came",
    "worst-digit",
}


def test_every_claim_tells_its_evidence(images, said):
    assert set(said.claims) >= CLAIMS
    listing = said.listing()
    for claim in said.claims.values():
        finding = claim.finding
        assert claim.seeds == (0,)
        assert images.name in claim.limit
        assert "too few to tell" in claim.limit
        assert finding.null
        assert np.isfinite([*finding.numbers.values()]).all()
        assert finding.p is None or 0 < finding.p <= 1
        assert finding.sentence in listing
        assert claim.limit in listing


def test_the_ledger_tells_what_the_network_does(images, model, said):
    read = model.predict(images.x_test, verbose=0).argmax(axis=1)
    share = np.mean(read == images.y_test)
    assert said.numbers("test-accuracy")["share read right"] == pytest.approx(share)
    for name, layer in (
        ("neighbours-agree", "conv1"),
        ("second-layer-agrees", "conv2"),
    ):
        agreement = morans_i(layer_kernels(model, layer)).mean()
        assert said.numbers(name)["value"] == pytest.approx(float(agreement))
    maps = feature_maps(model, images.x_test, layers=["relu1", "relu2"])
    for name, one in maps.items():
        dead = int(np.sum(one.max(axis=(0, 1, 2)) == 0))
        assert said.numbers("dead-and-blank")[f"{name}, dead"] == dead


def test_the_kernel_claims_tell_what_the_kernels_are(images, model, said):
    """Recompute every number independently."""
    fresh = untrained_cnn(images)
    after, before = (layer_kernels(one, "conv1") for one in (model, fresh))
    pairs = zip(after.reshape(25, -1).T, before.reshape(25, -1).T, strict=True)
    kept = np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs])
    moved = said.numbers("weights-moved")
    assert moved["value"] == pytest.approx(kept, abs=1e-6)
    growth = np.sqrt(np.mean(after**2) / np.mean(before**2))
    assert moved["growth"] == pytest.approx(float(growth))
    counts = said.numbers("kernels-beyond-shuffles")
    for name, kernels in (("trained", after), ("untrained", before)):
        null = morans_i(shuffled_weights(kernels, copies=1000))
        beyond = int(np.sum(morans_i(kernels) > np.percentile(null, 97.5, axis=0)))
        assert counts[f"{name} beyond shuffles"] == beyond
    start = said.numbers("neighbours-agree")["untrained"]
    assert start == pytest.approx(float(morans_i(before).mean()))


def test_the_map_claims_tell_what_the_maps_are(images, model, said):
    seven = images.x_test[[images.running_seven]]
    after, before = (
        feature_maps(one, seven)["relu1"].max(axis=(0, 1, 2))
        for one in (model, untrained_cnn(images))
    )
    numbers = said.numbers("kernels-that-answer")
    assert numbers["answering"] == np.sum(after >= after.max() / 10)
    assert numbers["answering before training"] == np.sum(before >= before.max() / 10)
    assert numbers["zero everywhere"] == np.sum(after == 0)


def test_the_answer_is_the_sum_of_the_maps(images, model, said):
    seven = images.x_test[[images.running_seven]]
    numbers = said.numbers("answer-against-shuffles")
    total = feature_maps(model, seven, layers=["relu1"])["relu1"].sum()
    assert numbers["the 7, value"] == pytest.approx(float(total), rel=1e-4)
    weights, biases = model.get_layer("conv1").get_weights()
    shuffled = shuffled_weights(weights, copies=200)[3]
    sums = np.maximum(cross_correlate(seven, shuffled, padding="same") + biases, 0)
    found = arrangement.mean_answer(seven, shuffled, biases)
    assert found == pytest.approx(float(sums.sum()))
    many = feature_maps(model, images.x_test[:60], layers=["relu1"])["relu1"].sum() / 60
    assert numbers["digits, value"] == pytest.approx(float(many), rel=1e-4)


def test_even_greys_are_answered_as_the_maps_say(model, said):
    """Compare the numbers with the feature maps of uniform images."""
    greys = np.linspace(0, 1, 11)[:, None, None, None] * np.ones((11, 28, 28, 1))
    peaks = map_peaks_inside(model, greys.astype("float32"))
    numbers = said.numbers("even-greys")
    assert numbers["silent"] == np.sum(peaks == 0)
    weights, biases = model.get_layer("conv1").get_weights()
    assert numbers["sums below zero"] == np.sum(weights.sum(axis=(0, 1, 2)) < 0)
    assert numbers["biases below zero"] == np.sum(biases < 0)


def map_peaks_inside(model, x) -> np.ndarray:
    maps = feature_maps(model, x, layers=["relu1"])["relu1"]
    return maps[:, 4:-4, 4:-4].max(axis=(0, 1, 2))


def test_shuffled_weights_answer_even_greys_alike(network):
    """Sum and bias decide, so the count is the same up to rounding."""
    found = even_greys.measure(network)
    assert abs(found["silent"] - found["silent, shuffled"]) <= 1


def test_every_number_of_a_sentence_is_kept(said):
    """Up to rounding. Seeds, layers and levels such as 95% are no results."""
    missing = []
    for claim in said.claims.values():
        finding = claim.finding
        known = [*finding.numbers.values(), finding.p or 0]
        known += [100 * number for number in known]
        known += CONSTANTS.get(finding.name, [])
        sentence = finding.sentence.replace("\N{MINUS SIGN}", "-").replace(",", "")
        for told in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", sentence):
            close = 0.6 * 10.0 ** -len(told.partition(".")[2])
            near = [abs(float(told) - number) <= close for number in known]
            if not any(near) and told not in LEVELS:
                missing.append((finding.name, told))
    assert missing == []


# Digits that are labels, and the 2.5% behind "a fortieth".
LEVELS = ("95", "97.5", "0", "0.0001")  # of tests and of rounding
CONSTANTS = {
    "commonest-confusion": range(10),
    "worst-digit": range(10),
    "answer-against-shuffles": [7],
    "dead-and-blank": [1, 2, 7],
}


def test_peaks_are_the_largest_values(images, model):
    peaks = map_peaks(model, images.x_test[:3], layers=["relu1"])["relu1"]
    maps = feature_maps(model, images.x_test[:3], layers=["relu1"])["relu1"]
    np.testing.assert_allclose(peaks, maps.max(axis=(1, 2)), atol=1e-6)


def test_enough_networks_are_not_called_too_few(said):
    claim = said.claims["test-accuracy"]
    many = replace(claim, seeds=tuple(range(claims.ENOUGH_NETWORKS)))
    assert "too few" not in many.limit
    assert many.limit.startswith("6 networks")


def test_a_sentence_about_one_network_is_not_said_of_six(images, monkeypatch, said):
    """However many were measured; nor one about six of one."""
    six = 6 * numbers_of(said, images)
    monkeypatch.setattr(claims, "measured", lambda *args: six)
    every = ledger(images, seeds=tuple(range(6))).claims.values()
    assert {claim.finding.networks for claim in every} == {1, 6}
    for claim in every:
        assert claim.seeds == tuple(range(claim.finding.networks))
        start = "One network" if claim.finding.networks == 1 else "6 networks"
        assert claim.limit.startswith(start)
        assert ("too few to tell" in claim.limit) == (claim.finding.networks == 1)


NAME = "<script>alert(1)</script>*[x](javascript:y)`.npz\n# Title"


def test_a_name_from_outside_is_text_and_nothing_else(images, said):
    from markdown_it import MarkdownIt

    text = as_text(NAME)
    html = MarkdownIt().render(f"- {text}")
    assert "<script" not in html
    assert "<a " not in html
    assert "<em>" not in html
    assert "<h1>" not in html
    assert "alert(1)" in html
    claim = Claim(said.claims["test-accuracy"].finding, "accuracy", text, (0,))
    assert text in claim.limit


def test_the_ledger_is_a_table_that_screen_readers_can_follow(said):
    """Every row has a heading, and every claim heads its rows."""
    from bs4 import BeautifulSoup

    table = BeautifulSoup(said._repr_html_(), "html.parser").table
    groups = table.find_all("tbody")
    assert len(groups) == len(said.claims)
    for group, claim in zip(groups, said.claims.values(), strict=True):
        head, *rows = group.find_all("tr")
        assert head.th["scope"] == "rowgroup"
        assert head.get_text() == claim.finding.sentence.replace("**", "")
        bold = claim.finding.sentence.split("**")[1::2]
        assert [one.get_text() for one in head.find_all("strong")] == bold
        assert [row.th["scope"] for row in rows] == ["row"] * len(rows)
        told = {row.th.get_text(): row.td.get_text() for row in rows}
        assert told["Limit"] == claim.limit
        assert told["Random seed"] == "0"
        assert claim.finding.name in told["Page"]
        count = len(claim.finding.numbers)
        assert told.get("Numbers", "0").startswith(f"{count}")


def test_the_table_keeps_a_name_from_outside_as_text(said):
    from bs4 import BeautifulSoup

    finding = said.claims["test-accuracy"].finding
    forged = Ledger([Claim(finding, "accuracy", as_text(NAME), (0,))])
    table = BeautifulSoup(forged._repr_html_(), "html.parser")
    assert {tag.name for tag in table.find_all()} <= {
        *("table", "tbody", "tr", "th", "td", "strong", "details", "summary")
    }
    assert " ".join(NAME.split()) in table.get_text()


def test_the_ledger_escapes_the_name_of_the_digits(images, monkeypatch, said):
    monkeypatch.setattr(claims, "measured", lambda *args: numbers_of(said, images))
    forged = replace(images, name=NAME)
    for claim in ledger(forged).claims.values():
        assert "<script" not in claim.limit


def numbers_of(said, images):
    from convlens.study.questions import every_question
    from convlens.study.runs import measured

    return measured(every_question(), images, [0])


def test_names_are_unique_and_unknown_ones_listed():
    claim = Claim(Finding("sky", "p", "It is blue.", {}, "none"), "q", "data", (0,))
    with pytest.raises(ValueError, match="different names, got 'sky'"):
        Ledger([claim, claim])
    with pytest.raises(ValueError, match="expected one of sky, got 'sea'"):
        Ledger([claim]).say("sea")


def test_a_sentence_shows_itself_as_markdown():
    claim = Claim(Finding("a", "p", "**b**", {}, "none"), "q", "data", (0,))
    assert Ledger([claim]).say("a")._repr_markdown_() == "**b**"


def test_a_short_form_comes_without_what_it_rests_on():
    long = Finding("a", "p", "Long.", {}, "3 of 9", limit="Small.", short="Brief.")
    plain = Finding("b", "p", "Long.", {}, "none", networks=2)
    one = Ledger([Claim(long, "q", "MNIST", (0,)), Claim(plain, "q", "MNIST", (0, 5))])
    assert one.short("a") == "Brief."
    assert one.basis("a") == "*Chance level:* 3 of 9. *Random seed:* 0. *Limit:* Small."
    assert one.basis("b") == "*Chance level:* none. *Random seeds:* 0 and 5."
    assert one.shared_limit().startswith(
        "What this page says of networks rests on 2 networks trained on MNIST, too few"
    )
    with pytest.raises(ValueError, match="expected a claim with a short form, got 'b'"):
        one.short("b")
