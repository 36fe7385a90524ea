"""Numbers are measured once per question and network; other content is rejected."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from convlens.study import fingerprints, ledger, questions, runs
from convlens.study.keeping import Damaged
from convlens.study.questions import every_question
from convlens.study.runs import measured, numbers_name

ROOT = Path(__file__).resolve().parents[2]


def test_every_question_measures_and_concludes():
    for question in every_question():
        assert question.measure.__doc__
        assert question.conclude.__doc__


def test_only_what_is_missing_is_measured(images, kept, monkeypatch):
    first, *others = every_question()
    asked = []

    def fake(function, modules, *arguments, title):
        asked.append(sorted(modules.values()))
        return {name: {"number": 1} for name in modules}

    monkeypatch.setattr(runs, "training_record", lambda images, seed: None)
    monkeypatch.setattr(runs, "call_apart", fake)
    measured([first], images, 0)
    measured([first, *others], images, 0)
    measured([first, *others], images, 0)
    assert asked == [[first.__name__], sorted(one.__name__ for one in others)]


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
    images, monkeypatch, tmp_path
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


def in_this_process(function, *arguments, title):
    return function(*arguments, tell=lambda done, total: None)
