"""The cache: results are computed once, written atomically, recomputed if damaged."""

import errno
import os
import signal
import subprocess
import sys
import time

import pytest
from convlens.study import keeping
from convlens.study.keeping import (
    UnsafeFolder,
    content_key,
    is_kept,
    kept_folder,
    kept_together,
    origin,
)

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
from convlens.study import keeping
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
    for name in ("a", "b"):
        (kept / f".{name}.xyz.part").write_bytes(b"half")
    kept_together(["a", "b"], lambda missing: dict.fromkeys(missing, "made"), **TEXT)
    assert list(kept.glob(".*.part")) == []


def test_every_part_changes_the_key():
    parts = {"seed": 0, "versions": {"numpy": "2"}, "source": "x"}
    keys = {content_key(**parts)}
    for change in ({"seed": 1}, {"versions": {"numpy": "3"}}, {"source": "y"}):
        keys.add(content_key(**(parts | change)))
    assert len(keys) == 4


def test_results_lie_in_the_book_they_belong_to(monkeypatch, tmp_path):
    monkeypatch.delenv("CONVLENS_KEPT")
    assert (keeping.BOOK / "_toc.yml").exists()
    assert kept_folder() == keeping.BOOK / "_build" / "kept"
    monkeypatch.setattr(keeping, "BOOK", tmp_path)
    assert tmp_path not in kept_folder().parents
    assert kept_folder().name == "kept"


def test_the_build_that_made_a_result_is_named_in_it(kept, monkeypatch):
    """Of two builds that share a folder, one made it and the other read it."""
    monkeypatch.setenv("CONVLENS_BUILD", "first")
    assert origin("a") == "not kept"
    keeping.kept("a", lambda: "made", **TEXT)
    assert origin("a") == "made by this build"
    monkeypatch.setenv("CONVLENS_BUILD", "second")
    assert origin("a").startswith("read from what was kept on 20")
    assert origin("a").endswith(" UTC")
    monkeypatch.delenv("CONVLENS_BUILD")
    assert "made by this build" not in origin("a")


def test_without_a_build_nothing_is_made_by_one(kept, monkeypatch):
    monkeypatch.delenv("CONVLENS_BUILD", raising=False)
    keeping.kept("a", lambda: "made", **TEXT)
    assert "made by this build" not in origin("a")


def test_only_what_is_missing_is_made_and_all_in_one_call(kept):
    keeping.kept("b", lambda: "B", **TEXT)
    asked = []

    def make(missing):
        asked.append(missing)
        return {name: name.upper() for name in missing}

    found = kept_together(["a", "b", "c"], make, **TEXT)
    assert found == {"a": "A", "b": "B", "c": "C"}
    assert kept_together(["c", "a"], make, **TEXT) == {"c": "C", "a": "A"}
    assert asked == [["a", "c"]]


def test_a_result_counts_as_kept_once_it_can_be_read(kept):
    keeping.kept("a", lambda: "made", **TEXT)
    assert is_kept("a")
    (kept / "a").write_bytes(damage_a_byte((kept / "a").read_bytes()))
    assert not is_kept("a")
    assert origin("a") == "not kept"


@pytest.mark.skipif(os.name != "posix", reason="rights of folders as on Unix")
def test_a_folder_that_everybody_can_write_to_is_refused(kept):
    kept.mkdir()
    kept.chmod(0o777)
    with pytest.raises(UnsafeFolder, match=f"{kept}.*everybody can write to"):
        keeping.kept("a", lambda: "made", **TEXT)
    assert list(kept.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="rights of folders as on Unix")
def test_a_folder_made_here_is_never_refused(kept):
    """Not even with a umask that takes no right away."""
    before = os.umask(0)
    try:
        keeping.kept("a", lambda: "made", **TEXT)
        assert keeping.kept("a", refuse, **TEXT) == "made"
    finally:
        os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="groups of folders as on Unix")
def test_a_folder_that_another_group_can_write_to_is_refused(kept, monkeypatch):
    kept.mkdir()
    kept.chmod(0o775)
    keeping.kept("a", lambda: "made", **TEXT)  # its own group may
    monkeypatch.setattr(keeping.os, "getgid", lambda: kept.stat().st_gid + 1)
    with pytest.raises(UnsafeFolder, match="another group can write to"):
        keeping.kept("a", lambda: "made", **TEXT)


@pytest.mark.skipif(os.name != "posix", reason="owners of folders as on Unix")
def test_a_folder_of_somebody_else_is_refused(kept, monkeypatch):
    kept.mkdir()
    monkeypatch.setattr(keeping.os, "getuid", lambda: 12345)
    if kept.stat().st_uid == 0:  # a folder of root is accepted
        os.chown(kept, 1, -1)
    with pytest.raises(UnsafeFolder, match="belongs to somebody else"):
        keeping.kept("a", lambda: "made", **TEXT)


def test_a_lock_that_is_a_link_is_refused(kept, tmp_path):
    kept.mkdir()
    (tmp_path / "target").write_text("precious")
    (kept / "a.lock").symlink_to(tmp_path / "target")
    with pytest.raises(UnsafeFolder, match="a.lock: expected a lock file, found a"):
        keeping.kept("a", lambda: "made", **TEXT)
    assert (tmp_path / "target").read_text() == "precious"


def test_a_planted_link_is_not_written_through(kept, tmp_path):
    """Neither under the name of the result, nor under that of a temporary file."""
    kept.mkdir()
    (tmp_path / "target").write_text("precious")
    for name in ("a", f".a.{os.getpid()}.part"):
        (kept / name).symlink_to(tmp_path / "target")
    keeping.write_whole(kept / "a", b"made")
    assert (tmp_path / "target").read_text() == "precious"
    assert not (kept / "a").is_symlink()
    assert (kept / "a").read_bytes() == b"made"
