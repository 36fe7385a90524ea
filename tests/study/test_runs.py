"""Numbers are measured once per question and network; other content is rejected."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from convlens.study import fingerprints, ledger, questions, runs
from convlens.study.apart import call_apart
from convlens.study.keeping import Damaged
from convlens.study.questions import every_question
from convlens.study.runs import measured, numbers_name
from convlens.study.training import TrainingRecord, encode_record, train_apart
from convlens.study.variants import RANDOM, SHORT, VARIANTS

ROOT = Path(__file__).resolve().parents[2]


def test_every_question_measures_and_concludes():
    for question in every_question():
        assert question.measure.__doc__
        assert question.conclude.__doc__


def test_only_what_is_missing_is_measured(images, kept, monkeypatch):
    first, *others = every_question()
    asked = []

    def fake(function, images, seed, to_train, records, to_measure, **options):
        asked.append((seed, len(to_train), sorted(to_measure.values())))
        trained = {name: TrainingRecord([], [], {}) for name in to_train}
        return {**trained, **{name: {"number": 1} for name in to_measure}}

    monkeypatch.setattr(runs, "call_apart", fake)
    measured([first], images, [0])
    measured([first, *others], images, [0])
    measured([first, *others], images, [0])
    measured([first], images, [0, 5])
    more = len(VARIANTS) - 1  # each is needed by some question
    assert asked == [
        (0, 1, [first.__name__]),
        (0, more, sorted(one.__name__ for one in others)),
        (5, 1, [first.__name__]),
    ]


def test_another_network_has_other_numbers(images):
    for question in every_question():
        assert numbers_name(question, images, 0) != numbers_name(question, images, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"nothing",
        b"[1, 2]",
        b'{"a": "<script>"}',
        b'{"a": [1, ["<script>"]]}',
        b'{"a": {"b": "<script>"}}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b"\xff",
    ],
)
def test_what_is_no_number_is_damaged(content):
    with pytest.raises(Damaged):
        runs._decode(content)


def test_numbers_come_back_as_they_were_kept():
    numbers = {"a": 1, "b": [0.5, None], "c": {"d": [1, 2]}}
    assert runs._decode(runs._encode(numbers)) == numbers
    with pytest.raises(ValueError, match="not JSON compliant"):
        runs._encode({"a": np.nan})


def test_the_claim_that_contributing_adds_is_one_file_and_one_word(
    images, results, monkeypatch, tmp_path
):
    """The example is taken from the text, measured, and said by the ledger."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    example = text.partition("<!-- example: one more claim -->")[2]
    source = example.partition("```python\n")[2].partition("```")[0]
    package = tmp_path / "convlens"
    shutil.copytree(fingerprints.PACKAGE, package)
    (package / "study" / "questions" / "edge.py").write_text(source)
    monkeypatch.setattr(fingerprints, "PACKAGE", package)
    folders = [*questions.__path__, str(package / "study" / "questions")]
    monkeypatch.setattr(questions, "__path__", folders)
    monkeypatch.setattr(runs, "fix_threads", lambda: None)
    monkeypatch.setattr(runs, "call_apart", in_this_process)
    claims = ledger(images)
    assert "weight-at-the-edge" in claims.claims
    assert 0 < claims.numbers("weight-at-the-edge")["share"] < 1
    assert claims.say("weight-at-the-edge") in claims.listing()


def in_this_process(function, *arguments, **options):
    return function(*arguments, tell=lambda done, total: None)


def test_a_training_is_the_same_alone_and_after_another(images):
    """One process trains many networks; none may leave a trace in the next."""
    both = call_apart(
        runs._train_and_measure,
        images,
        0,
        {"one": SHORT, "two": RANDOM},
        {},
        {},
        title="training two networks",
    )
    alone = call_apart(train_apart, images, 0, RANDOM, title="training one network")
    assert encode_record(both["two"]) == encode_record(alone)
    kernels = both["two"].film["kernels"]
    np.testing.assert_array_equal(kernels[0], kernels[-1])  # it is frozen
