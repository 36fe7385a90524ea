"""Sentences follow the numbers, and the ledger holds all of them."""

import ast
import inspect

import numpy as np
import pytest
from convlens import claims, experiments, findings
from convlens.activations import feature_maps
from convlens.claims import Claim, Ledger
from convlens.experiments import claims_ledger, kept_results
from convlens.keeping import when_made
from convlens.kernels import layer_kernels, shuffled_inside
from convlens.network import untrained_cnn
from convlens.statistics import AgainstChance, neighbour_agreement

TOLD = {"data": "digits", "seed": 0}


def test_the_interval_is_wilsons():
    claim = findings.share_read_right(90, 100, 0.2, **TOLD)
    assert "90 right: **90.00%**" in claim.sentence
    assert "82.56% to 94.48%" in claim.sentence  # Wilson 1927, z = 1.96
    assert claim.chance.startswith("20.00%")


@pytest.mark.parametrize(
    ("losses", "word"),
    [
        ([0.3, 0.2, 0.1], "did not rise again"),
        ([0.3, 0.1, 0.1], "did not rise again"),
        ([0.3, 0.1, 0.2], "at 0.1000, and ended at 0.2000"),
    ],
)
def test_the_validation_loss_chooses_its_sentence(losses, word):
    claim = findings.lowest_validation_loss(losses, validated=1234, **TOLD)
    assert word in claim.sentence
    assert "1,234 validation images" in claim.limit
    assert claim.value == np.argmin(losses) + 1


def confusion(**wrong: int) -> np.ndarray:
    counts = np.eye(10, dtype=int) * 90
    for pair, count in wrong.items():
        counts[int(pair[1]), int(pair[2])] = count
    return counts


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (confusion(), "no mistake"),
        (
            confusion(_49=20, _94=2),
            "4 read as 9: 20 of them, and 9 read as 4: 2. That is more than chance",
        ),
        (
            confusion(_49=1),
            "4 read as 9: 1 of them, and 9 read as 4: 0. That is no more",
        ),
        (
            confusion(_49=1, _35=1),
            "2 confusions are equally frequent, 1 each: 3 read as 5, 4 read as 9. That",
        ),
        (
            confusion(_49=1, _35=1, _17=1, _71=1),
            "4 confusions are equally frequent, 1 each: 1 read as 7, 3 read as 5, "
            "4 read as 9 among them. That is no more",
        ),
    ],
)
def test_the_confusion_chooses_its_sentence(counts, told):
    claim = findings.commonest_confusion(counts, **TOLD)
    assert told in claim.sentence
    assert claim.value == (counts - np.diag(np.diag(counts))).max()


def test_the_surest_mistake_is_counted():
    truth = np.array([1, 2, 3, 4])
    probabilities = np.eye(10)[[1, 2, 5, 6]] * np.array([[0.99], [0.8], [0.9], [0.7]])
    claim = findings.surest_mistake(truth, probabilities, **TOLD)
    assert "0.9000. Of the 2 digits read with at least that" in claim.sentence
    assert claim.sentence.endswith("1 were right.")
    none = findings.surest_mistake(truth[:2], probabilities[:2], **TOLD)
    assert "no mistake" in none.sentence


@pytest.mark.parametrize(
    ("value", "before", "word"),
    [
        (0.4, 0.0, "agree more than chance explains."),
        (0.4, 0.5, "more than chance explains, but no more than before training."),
        (0.0, 0.0, "agree no more than chance explains."),
    ],
)
def test_the_kernels_choose_their_sentence(value, before, word):
    held = AgainstChance(value, -0.11, -0.04, 0.03, 0.001)
    claim = findings.neighbours_agree(held, before, kernels=16, largest=0.85, **TOLD)
    assert word in claim.sentence
    assert (
        "−0.04 on average, and in 95 % of the draws between −0.11 and 0.03"
        in claim.sentence
    )


@pytest.mark.parametrize(
    ("value", "word"), [(0.3, "began still shows: "), (0.05, "does not show any more")]
)
def test_the_start_of_the_kernels_chooses_its_sentence(value, word):
    held = AgainstChance(value, -0.1, 0.01, 0.1, 0.001)
    claim = findings.weights_moved(held, 3.25, kernels=16, **TOLD)
    assert word in claim.sentence
    assert "by a factor of 3.2." in claim.sentence
    assert "in 95 % of the draws between −0.10 and 0.10" in claim.chance
    assert ("older than the training" in claim.sentence) == (value > 0.1)


@pytest.mark.parametrize(("value", "word"), [(0.3, "more"), (-0.035, "no more")])
def test_the_second_layer_chooses_its_sentence(value, word):
    held = AgainstChance(value, -0.05, -0.04, -0.03, 0.001)
    claim = findings.second_layer_agrees(held, -0.01, kernels=512, **TOLD)
    assert f"neighbouring weights agree {word} than chance" in claim.sentence
    assert "before training it was −0.01." in claim.sentence


def test_kernels_are_counted_against_what_chance_gives():
    claim = findings.kernels_beyond_shuffles(14, 1, kernels=40, **TOLD)
    assert "**14 of 40**" in claim.sentence
    assert "in this way: 26." in claim.sentence
    assert "Before training it was 1;" in claim.sentence
    assert claim.chance.startswith("1.0: ")


def test_dead_is_told_from_blank():
    masks = {
        "relu1": np.array([[1, 1, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1]], bool),
        "relu2": np.zeros((3, 2), bool),
    }
    claim = findings.dead_and_blank(masks, on_seven=2, **TOLD)
    assert (
        "**1 dead**, 2 blank on some images (the most often on 66.7% of them), 1 on"
        in (claim.sentence)
    )
    assert "of the 2 maps of relu2, **0 dead**, 0 blank on some images, 2 on none." in (
        claim.sentence
    )
    assert claim.value == 1


def test_every_claim_tells_its_evidence(images):
    ledger = claims_ledger(images)
    assert set(ledger.claims) == {
        "test-accuracy",
        "lowest-validation-loss",
        "commonest-confusion",
        "surest-mistake",
        "neighbours-agree",
        "weights-moved",
        "kernels-beyond-shuffles",
        "second-layer-agrees",
        "kernels-that-answer",
        "dead-and-blank",
    }
    for claim in ledger.claims.values():
        assert claim.seeds == (0,)
        assert images.name in claim.limit
        assert claim.chance
        assert np.isfinite(claim.value)
        assert claim.sentence in ledger.listing()
        assert claim.limit in ledger.listing()


def test_the_ledger_tells_what_the_network_does(images, model):
    ledger = claims_ledger(images)
    read = model.predict(images.x_test, verbose=0).argmax(axis=1)
    share = float(np.mean(read == images.y_test))
    assert ledger.claims["test-accuracy"].value == pytest.approx(share)
    agreement = neighbour_agreement(model.get_layer("conv1").get_weights()[0]).mean()
    value = ledger.claims["neighbours-agree"].value
    assert value == pytest.approx(float(agreement))
    deeper = neighbour_agreement(model.get_layer("conv2").get_weights()[0]).mean()
    value = ledger.claims["second-layer-agrees"].value
    assert value == pytest.approx(float(deeper))
    maps = feature_maps(model, images.x_test, layers=["relu1", "relu2"])
    dead = sum(int(np.sum(one.max(axis=(0, 1, 2)) == 0)) for one in maps.values())
    assert ledger.claims["dead-and-blank"].value == dead


def test_the_kernel_claims_tell_what_the_kernels_are(images, model):
    """Every number of their sentences, computed here once more."""
    told = claims_ledger(images).claims
    fresh = untrained_cnn(images)
    after, before = (layer_kernels(one, "conv1") for one in (model, fresh))
    pairs = zip(after.reshape(25, -1).T, before.reshape(25, -1).T, strict=True)
    kept = np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs])
    assert told["weights-moved"].value == pytest.approx(kept, abs=1e-6)
    growth = np.sqrt(np.mean(after**2) / np.mean(before**2))
    assert f"by a factor of {growth:.1f}." in told["weights-moved"].sentence
    assert "older than the training" in told["weights-moved"].sentence

    counts = []
    for kernels in (after, before):
        chance = neighbour_agreement(shuffled_inside(kernels, copies=1000))
        highest = np.percentile(chance, 97.5, axis=0)
        counts.append(int(np.sum(neighbour_agreement(kernels) > highest)))
    sentence = told["kernels-beyond-shuffles"].sentence
    assert f"**{counts[0]} of 16**" in sentence
    assert f"Before training it was {counts[1]};" in sentence

    start = neighbour_agreement(before).mean()
    sentence = told["neighbours-agree"].sentence
    assert f"before training it was {start:z.2f}".replace("-", "−") in sentence
    assert "at most 0.85" in sentence  # of 5 by 5 weights: see test_statistics.py
    start = neighbour_agreement(layer_kernels(fresh, "conv2")).mean()
    sentence = told["second-layer-agrees"].sentence
    assert f"before training it was {start:z.2f}".replace("-", "−") in sentence
    assert "over its 512 kernels" in sentence


def test_the_map_claims_tell_what_the_maps_are(images, model):
    told = claims_ledger(images).claims
    seven = images.x_test[[images.running_seven]]
    after, before = (
        feature_maps(one, seven)["relu1"].max(axis=(0, 1, 2))
        for one in (model, untrained_cnn(images))
    )
    reach, reached = (int(np.sum(one >= one.max() / 10)) for one in (after, before))
    blank = int(np.sum(after == 0))
    sentence = told["kernels-that-answer"].sentence
    assert f"For this image {reach} of the 16 feature maps reach" in sentence
    assert f"peak; {blank} are zero everywhere. Before training {reached} " in sentence
    assert told["kernels-that-answer"].chance.endswith(
        f"{reached} of 16 before training"
    )
    assert f"On this image {blank} maps of relu1" in told["dead-and-blank"].sentence


def test_everything_that_shapes_the_ledger_is_in_its_name(images, monkeypatch):
    """All that the measuring module imports, and what it measures with."""
    asked = {}

    def note(what):
        return lambda *names: asked.update({what: names})

    for what in ("source_of", "versions"):
        monkeypatch.setattr(experiments, what, note(what))
    experiments.kept_results(images)
    tree = ast.parse(inspect.getsource(experiments))
    imported = {"experiments"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("convlens"):
            names = [alias.name for alias in node.names]
            whole = node.module == "convlens"
            imported |= set(names) if whole else {node.module.partition(".")[2]}
    elsewhere = {"apart", "keeping", "network"}  # in the name of the network
    assert set(asked["source_of"]) == imported - elsewhere
    assert set(asked["versions"]) >= {"scipy", "scikit-learn"}


def test_the_ledger_is_the_same_with_another_backend(images, kept, monkeypatch):
    """What is measured is measured with TensorFlow, whoever asks."""
    expected = claims_ledger(images)
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    monkeypatch.setattr(experiments, "_kept_name", lambda images: "ledger-again")
    assert claims_ledger(images).claims == expected.claims


def test_the_ledger_is_kept_whole(images):
    ledger = claims_ledger(images)
    assert claims.decode(claims.encode(ledger)).claims == ledger.claims
    assert None not in map(when_made, kept_results(images).values())


def test_names_are_unique_and_unknown_ones_listed():
    claim = Claim("sky", "It is blue.", 1.0, "none", (0,), "-", "p")
    with pytest.raises(ValueError, match="different names, got 'sky'"):
        Ledger([claim, claim])
    with pytest.raises(ValueError, match="expected one of sky, got 'sea'"):
        Ledger([claim]).say("sea")


def test_a_sentence_shows_itself_as_markdown():
    sentence = Ledger([Claim("a", "**b**", 1.0, "", (0,), "", "")]).say("a")
    assert sentence._repr_markdown_() == "**b**"
