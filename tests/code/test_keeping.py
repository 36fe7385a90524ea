"""What is kept is whole, made once, and made again where it is damaged."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from convlens import keeping
from convlens.keeping import content_key, kept_folder, origin, source_of

TEXT = {"encode": str.encode, "decode": bytes.decode}


def refuse():
    pytest.fail("made again")


def test_made_once_and_then_read(kept):
    assert keeping.kept("a", lambda: "made", **TEXT) == "made"
    assert keeping.kept("a", refuse, **TEXT) == "made"
    assert sorted(path.name for path in kept.iterdir()) == ["a", "a.lock"]


def damage_a_byte(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    "damage",
    [damage_a_byte, lambda content: content[:-2], lambda content: b""],
    ids=["a byte", "cut", "empty"],
)
def test_a_damaged_file_is_named_and_replaced(kept, damage):
    keeping.kept("a", lambda: "made", **TEXT)
    (kept / "a").write_bytes(damage((kept / "a").read_bytes()))
    with pytest.warns(UserWarning, match=f"{kept / 'a'} is damaged"):
        assert keeping.kept("a", lambda: "again", **TEXT) == "again"
    assert keeping.kept("a", refuse, **TEXT) == "again"


def test_a_full_disk_loses_nothing(kept, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping.os, "fsync", full)
    with pytest.warns(UserWarning, match="could not be kept.*No space left"):
        assert keeping.kept("a", lambda: "made", **TEXT) == "made"
    assert [path.name for path in kept.iterdir()] == ["a.lock"]


def test_a_folder_that_cannot_be_written_loses_nothing(kept):
    kept.write_text("a file where the folder should be")
    with pytest.warns(UserWarning, match=f"{kept}.* could not be kept"):
        assert keeping.kept("a", lambda: "made", **TEXT) == "made"
    assert kept.read_text() == "a file where the folder should be"


SLOW = """
import sys, time
from convlens import keeping
def make():
    with open(sys.argv[1], "a") as log:
        log.write("made\\n")
    time.sleep(float(sys.argv[2]))
    return "slow"
print(keeping.kept("a", make, encode=str.encode, decode=bytes.decode))
"""


def start(log, seconds):
    command = [sys.executable, "-c", SLOW, str(log), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_for(log):
    for _ in range(600):
        if log.exists():
            return
        time.sleep(0.05)
    pytest.fail("the process did not begin")


def test_two_processes_make_it_once(kept, tmp_path):
    log = tmp_path / "log"
    both = [start(log, 1), start(log, 1)]
    answers = [process.communicate()[0].split()[-1] for process in both]
    assert answers == ["slow", "slow"]
    assert log.read_text() == "made\n"


def test_a_killed_process_leaves_nothing_half_written(kept, tmp_path):
    log = tmp_path / "log"
    with start(log, 60) as process:
        wait_for(log)
        process.send_signal(signal.SIGKILL)
    assert [path.name for path in kept.iterdir()] == ["a.lock"]
    assert keeping.kept("a", lambda: "made", **TEXT) == "made"


def test_what_a_killed_writer_left_is_cleared(kept):
    kept.mkdir()
    (kept / ".a.xyz.part").write_bytes(b"half")
    keeping.kept("a", lambda: "made", **TEXT)
    assert not (kept / ".a.xyz.part").exists()


def test_every_part_changes_the_key():
    parts = {"seed": 0, "versions": {"numpy": "2"}, "source": "x"}
    keys = {content_key(**parts)}
    for change in ({"seed": 1}, {"versions": {"numpy": "3"}}, {"source": "y"}):
        keys.add(content_key(**(parts | change)))
    assert len(keys) == 4


def test_the_source_is_part_of_the_key(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("x = 1")
    (tmp_path / "two.py").write_text("y = 1")
    monkeypatch.setattr(keeping, "PACKAGE", tmp_path)
    before_one, before_all = source_of("one"), source_of()
    (tmp_path / "two.py").write_text("y = 2")
    assert source_of("one") == before_one
    assert source_of() != before_all
    before_all = source_of()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "three.py").write_text("z = 1")
    assert source_of() != before_all


def test_results_lie_in_the_book_they_belong_to(monkeypatch, tmp_path):
    monkeypatch.delenv("CONVLENS_KEPT")
    assert kept_folder() == keeping.PACKAGE.parents[1] / "_build" / "kept"
    monkeypatch.setattr(keeping, "PACKAGE", tmp_path / "site-packages" / "convlens")
    assert tmp_path not in kept_folder().parents
    assert kept_folder().name == "kept"


def test_origin_tells_who_made_it(kept, monkeypatch):
    monkeypatch.setenv("CONVLENS_BUILD_STARTED", str(time.time() - 5))
    assert origin("a") == "not kept"
    keeping.kept("a", lambda: "made", **TEXT)
    assert origin("a") == "made by this build"
    os.utime(kept / "a", (0, 0))
    assert origin("a") == "read from what was kept on 1970-01-01 at 00:00 UTC"
    monkeypatch.delenv("CONVLENS_BUILD_STARTED")
    assert "made by this build" not in origin("a")
