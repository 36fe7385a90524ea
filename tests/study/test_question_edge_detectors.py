"""Planted filters: the question tells edge detectors from noise, and says no more."""

import json
from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import pytest
from convlens.interventions import derivative_bank, with_kernels
from convlens.statistics import fresh_kernels, patch_components
from convlens.study import build_cnn
from convlens.study.findings import Evidence
from convlens.study.questions import edge_detectors
from convlens.study.questions.edge_detectors import GRADIENT, QUADRATIC, WEAKEST

EDGES = derivative_bank(5, 5, 32)[..., :16]
NOISE, START = fresh_kernels((5, 5, 1, 16), copies=2, seed=3)
PLANTED = {
    "edges": EDGES,
    "noise": NOISE,
    "half": np.concatenate([EDGES[..., ::2], NOISE[..., :8]], axis=-1),
    "all zero": np.zeros_like(EDGES),
    "all equal": np.full_like(EDGES, 0.1),
}
STAGES = ("silent", "tuned", "stronger", "all three")


@pytest.fixture(scope="module")
def validation(images):
    return images.validation_part[0][:10]


@pytest.fixture(scope="module")
def measure(images, validation):
    """Measure planted filters without biases as if training had made them."""
    components = patch_components(images.x_train[:100], 5)[0]
    patched = pytest.MonkeyPatch()
    patched.setattr(edge_detectors, "FITTED", 16)  # enough, and four times as fast

    def measure(after, before=START, bias=0.0):
        biases = np.full(16, bias)
        filters = {"untrained": (before, 0 * biases), "trained": (after, biases)}
        return edge_detectors.measure_filters(filters, components, validation)

    yield measure
    patched.undo()


@pytest.fixture(scope="module")
def planted(measure):
    return {name: measure(kernels) for name, kernels in PLANTED.items()}


def said(*networks) -> dict:
    seeds = tuple(range(len(networks)))
    found = edge_detectors.conclude(Evidence(seeds, networks))
    return {finding.name: finding for finding in found}


def verdict(*networks) -> str:
    return said(*networks)["edge-detectors-verdict"].sentence


def trained(numbers) -> dict[str, int]:
    return {name: counts["trained"] for name, counts in numbers["counts"].items()}


def test_hand_made_edges_pass_every_test(planted):
    counts = trained(planted["edges"])
    assert [counts[name] for name in (*STAGES, "gradient", "edge")] == [16] * 6
    assert counts["all three, an edge"] == 16
    assert counts["bar"] == counts["blob"] == 0
    told = verdict(*[planted["edges"]] * 6)
    assert "All three: **16 of 16**, against 0 before training." in told
    assert "For 16 of those that pass, the nearest shape is an edge." in told
    assert told.endswith(
        "So “the filters are edge detectors” holds for every filter measured."
    )


def test_noise_passes_none(planted, measure):
    counts = trained(planted["noise"])
    assert counts["silent"] > 0  # alone it proves nothing
    for name in ("tuned", "selective", "stronger", "all three", "gradient", "edge"):
        assert counts[name] == 0
    both_ways = [planted["noise"], measure(START, before=NOISE)] * 3
    found = said(*both_ways)
    assert "is not shown for a single filter." in verdict(*both_ways)
    assert "it is not shown that training" in found["oriented-and-smooth"].sentence
    assert "it is not shown that training" in found["tuned-to-an-angle"].sentence


def test_of_eight_edges_among_noise_eight_are_found(planted):
    counts = trained(planted["half"])
    for name in ("tuned", "stronger", "all three", "all three, an edge", "edge"):
        assert counts[name] == 8
    told = verdict(*[planted["half"]] * 6)
    assert told.endswith(
        "says too much: the tests show it for some filters, not for all."
    )
    more = deepcopy(planted["half"])
    more["counts"]["all three"]["trained"] = 12
    assert "the tests show it for most filters, not for all." in verdict(*[more] * 6)


def test_what_was_there_before_training_is_not_put_down_to_it(measure):
    opposite = measure(PLANTED["half"], before=EDGES)
    told = verdict(*[opposite] * 6)
    assert "All three: **8 of 16**, against 16 before training." in told
    assert told.endswith("is not shown: training did not make more filters pass.")
    found = said(*[opposite] * 6)
    assert "is not shown that training" in found["oriented-and-smooth"].sentence
    assert found["shapes-that-fit"].sentence.endswith("is not shown.")


@pytest.mark.parametrize("name", ["all zero", "all equal"])
def test_filters_without_any_order_pass_none(planted, name):
    numbers = planted[name]
    json.dumps(numbers, allow_nan=False)
    counts = trained(numbers)
    for one in ("tuned", "selective", "stronger", "all three", "gradient", "edge"):
        assert counts[one] == 0
    assert "is not shown for a single filter." in verdict(numbers)


def test_a_filter_that_never_answers_is_no_detector(measure):
    counts = trained(measure(EDGES, bias=-100.0))
    assert [counts[name] for name in STAGES] == [16, 0, 0, 0]


def test_too_few_networks_get_no_verdict_over_networks(planted):
    for count in (1, 2, 5):
        for finding in said(*[planted["edges"]] * count).values():
            assert finding.p is None
            assert finding.networks == count
            assert "sign-flip" not in finding.sentence
            assert "p =" not in finding.sentence
    assert " So for this network, “the" in verdict(planted["edges"])
    assert " So for these networks, “the" in verdict(*[planted["edges"]] * 5)
    for finding in said(*[planted["edges"]] * 6).values():
        assert finding.p == 2 / 2**6
        assert "sign-flip" in finding.sentence


def raised(numbers, group, **states):
    """The same numbers, but for one measure."""
    changed = deepcopy(numbers)
    for name, (before, after) in states.items():
        limits = {"chance": 0.5, "chance from": 0.4, "chance to": 0.6}
        changed[group][name.replace("_", " ")] = {
            "untrained": before,
            "trained": after,
            **limits,
        }
    return changed


@pytest.mark.parametrize(
    ("ramp", "surface", "words"),
    [
        (0.7, 0.7, "training made the kernels smoother, and the ramp in them larger."),
        (0.7, 0.5, "ramp in the kernels larger; that it made them smoother is not"),
        (0.5, 0.7, "smoother; that it made the ramp in them larger is not shown."),
        (0.5, 0.5, "it is not shown that training made the kernels smoother or"),
    ],
)
def test_a_few_networks_are_held_against_chance(planted, ramp, surface, words):
    """Each has risen, but what is within chance counts for nothing."""
    rows = {"gradient_share": (0.45, ramp), "quadratic_share": (0.45, surface)}
    numbers = raised(planted["noise"], "kernels alone", **rows)
    alone, three = (said(*[numbers] * n)["oriented-and-smooth"] for n in (1, 3))
    assert words in alone.sentence
    assert words in three.sentence
    both = [3 * (share > 0.6) for share in (ramp, surface)]
    which = "all" if both[0] else "0 of"
    told = f"chance in {which} 3 networks, that of the surface in {both[1]}."
    if all(both):
        told = "Both are above the range of chance in all 3 networks."
    assert told in three.sentence
    names = ("the share of the ramp", "that of the surface")
    which = [name for name, one in zip(names, both, strict=True) if one]
    told = (
        f"{' and '.join(which) or 'neither'} {'are' if all(both) else 'is'} above the "
        "range of chance."
    )
    assert told in alone.sentence


@pytest.mark.parametrize(
    ("bar", "choosy", "words"),
    [
        (0.7, 0.7, "training made the answer to a bar stronger and more selective."),
        (0.7, 0.4, "stronger; that it made it more selective is not shown."),
        (0.4, 0.7, "more selective; that it made it stronger is not shown."),
        (0.4, 0.4, "it is not shown that training made the answer to a bar"),
    ],
)
def test_strength_is_told_from_selectivity(planted, bar, choosy, words):
    rows = {"answer_to_the_best_bar": (0.5, bar), "selectivity_for_bars": (0.5, choosy)}
    numbers = raised(planted["noise"], "filters at work", **rows)
    for count in (1, 3, 6):
        assert words in said(*[numbers] * count)["tuned-to-an-angle"].sentence


def test_two_tests_that_differ_are_both_told(planted):
    rows = {"gradient_share": (0.1, 0.7), "quadratic_share": (0.1, 0.7)}
    up = raised(planted["noise"], "kernels alone", **rows)
    down = raised(up, "kernels alone", quadratic_share=(0.7, 0.1))
    finding = said(*[up] * 5, down)["oriented-and-smooth"]
    assert "rose in 6 of 6 networks and that of the surface in 5" in finding.sentence
    assert "p = 0.031 and p = 0.22)." in finding.sentence
    assert finding.p == pytest.approx(0.21875)
    assert finding.numbers[f"{GRADIENT}, p"] == 2 / 2**6
    assert finding.numbers[f"{QUADRATIC}, p"] == pytest.approx(0.21875)


def test_counts_are_told_over_all_networks(planted):
    few, many = planted["half"], planted["edges"]
    told = said(few, many)["kernels-with-a-gradient"].sentence
    assert (
        "**8 of 16** kernels hold a larger ramp than chance explains, against 0" in told
    )
    assert "Over the 2 networks, 12.0 kernels hold one on average (8 to 16)," in told
    assert "Over the " not in said(few)["kernels-with-a-gradient"].sentence


def test_the_short_verdict_is_that_of_the_long_one(planted):
    found = said(planted["half"], planted["edges"])["edge-detectors-verdict"]
    assert found.short.startswith("In the 2 networks measured, **12.0 of 16** filters")
    assert "against 0.0 before training." in found.short
    last = found.sentence[found.sentence.index("So for these networks,") :]
    assert found.short.endswith(last)
    alone = said(planted["half"])["edge-detectors-verdict"].short
    assert alone.startswith("In the one network measured, **8 of 16** filters pass")


def test_the_table_has_a_row_for_each_measure(planted):
    def cells(count):
        evidence = Evidence(tuple(range(count)), (planted["edges"],) * count)
        lines = edge_detectors.table(evidence).splitlines()
        return [line.strip("| ").split(" | ") for line in lines]

    rows = cells(6)
    assert rows[0] == ["measure", "chance", "before", "after", "of 6", "p"]
    assert {len(row) for row in rows} == {6}
    names = [row[0] for row in rows[2:]]
    found = planted["edges"]
    assert names == [*found["kernels alone"], *found["filters at work"]]
    weakest = rows[2 + names.index(WEAKEST)]
    assert float(weakest[3]) < float(weakest[2])
    assert weakest[4:] == ["6", "0.031"]  # beyond chance because it fell
    assert cells(1)[0] == ["measure", "chance", "before", "after", "of 1"]


def test_training_is_compared_with_its_start_the_right_way_round(planted):
    evidence = Evidence((0,), (planted["edges"],))
    for name in (GRADIENT, WEAKEST):
        one = edge_detectors.over_all(evidence, "kernels alone", name)
        assert one.rise.above == 1
        assert one.beyond == 1
    fell = raised(planted["noise"], "kernels alone", gradient_share=(0.9, 0.1))
    one = edge_detectors.over_all(Evidence((0,), (fell,)), "kernels alone", GRADIENT)
    assert (one.rise.above, one.beyond) == (0, 0)


def test_answers_are_counted_in_units_of_the_shuffles():
    found = np.array([[3.0, 3.0], [1.0, 2.0], [0.0, 1.0]])
    assert edge_detectors._times_shuffles(found).tolist() == [3.0, 1.5, 0.5]
    alone = np.array([[1.0], [0.0], [0.0]])
    assert edge_detectors._times_shuffles(alone)[0] == pytest.approx(3)
    assert edge_detectors._times_shuffles(0 * alone).tolist() == [0, 0, 0]


def test_it_measures_the_first_layer_and_never_sees_a_test_image(images, measure):
    start = build_cnn(0)
    after = with_kernels(start, "conv1", EDGES.astype("float32"))
    seen = SimpleNamespace(validation_part=images.validation_part)  # and no test part
    network = SimpleNamespace(
        untrained=start,
        trained=after,
        images=seen,
        patch_components=patch_components(images.x_train[:100], 5)[0],
    )
    found = edge_detectors.measure(network)
    assert trained(found)["all three"] == 16
    assert found["counts"]["all three"]["untrained"] == 0
    assert found == edge_detectors.measure(network)
