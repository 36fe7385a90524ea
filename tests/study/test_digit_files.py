"""Reading a file of digits gives exactly its arrays, or one clear error."""

import io
import os
import random
import socket
import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest
from convlens.study import digit_files
from convlens.study.digit_files import DataError, read_arrays

KINDS = {
    "stored": zipfile.ZIP_STORED,
    "deflated": zipfile.ZIP_DEFLATED,
    "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}


def arrays() -> dict[str, np.ndarray]:
    """Few images with little in them, so that most bits of their file are structure."""
    x_train, x_test = np.zeros((3, 28, 28), np.uint8), np.zeros((1, 28, 28), np.uint8)
    x_train[:, 4:24, 9:12] = 255
    x_test[:, 4, 6:20] = 200
    return {
        "x_train": x_train,
        "y_train": np.array([1, 7, 1]),
        "x_test": x_test,
        "y_test": np.array([7], np.uint8),
    }


def members() -> dict[str, bytes]:
    """The bytes of each member of the archive."""
    found = {}
    for name, array in arrays().items():
        buffer = io.BytesIO()
        np.save(buffer, array)
        found[f"{name}.npy"] = buffer.getvalue()
    return found


def packed(contents: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=kind)
    return buffer.getvalue()


def forged(name: str, header: bytes, data: bytes, version: int = 1) -> bytes:
    """A valid archive in which one member has the given bytes."""
    size = len(header).to_bytes(2 if version == 1 else 4, "little")
    magic = b"\x93NUMPY" + bytes([version, 0])
    return packed({**members(), f"{name}.npy": magic + size + header + data})


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def spliced(content: bytes, rng: random.Random) -> bytes:
    """Copy, delete, duplicate or overwrite a random range of bytes."""
    start, stop = sorted(rng.choices(range(len(content)), k=2))
    place = rng.randrange(len(content))
    stretch = content[start : min(stop, start + rng.choice((1, 2, 4, 16, 64, 500)))]
    stretch = rng.choice((stretch, rng.randbytes(len(stretch))))
    gap = rng.choice((0, len(stretch), rng.randrange(64)))
    return content[:place] + stretch + content[place + gap :]


def assert_exact_or_refused(path, content: bytes, exact: dict[str, np.ndarray]) -> bool:
    """Tell whether content was refused; what is not refused must be exact."""
    path.write_bytes(content)
    found, error = None, ""
    try:
        found = read_arrays(path)
    except DataError as refusal:
        error = str(refusal)
    assert path.read_bytes() == content
    if found is None:
        assert error.startswith(f"{path}: expected ")
        return True
    assert list(found) == list(exact)
    for name, array in exact.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_the_arrays_are_those_of_the_file(kind, tmp_path):
    path = tmp_path / "digits.npz"
    assert not assert_exact_or_refused(path, packed(members(), KINDS[kind]), arrays())


def test_arrays_in_fortran_order_are_read_into_c_order(tmp_path):
    exact = arrays()
    exact["x_train"][0, 3, 20] = 9
    turned = {name: np.asfortranarray(array) for name, array in exact.items()}
    path = tmp_path / "digits.npz"
    np.savez(path, **turned)
    found = read_arrays(path)
    for name, array in exact.items():
        assert np.array_equal(found[name], array)
        assert found[name].flags.c_contiguous


@pytest.mark.parametrize("kind", KINDS)
def test_no_flipped_bit_changes_a_digit(kind, tmp_path):
    """Every bit of the directory, and a sample of the others."""
    content = packed(members(), KINDS[kind])
    directory = 8 * content.index(b"PK\x01\x02")
    bits = random.Random(0).sample(range(directory), 600)
    refused = sum(
        assert_exact_or_refused(tmp_path / "x.npz", flipped(content, bit), arrays())
        for bit in [*bits, *range(directory, 8 * len(content))]
    )
    assert refused > 600


@pytest.mark.parametrize("kind", ["stored", "deflated"])
def test_no_truncation_or_splice_changes_a_digit(kind, tmp_path):
    content, rng = packed(members(), KINDS[kind]), random.Random(1)
    for size in rng.sample(range(len(content)), 300):
        assert assert_exact_or_refused(tmp_path / "x.npz", content[:size], arrays())
    refused = sum(
        assert_exact_or_refused(tmp_path / "x.npz", spliced(content, rng), arrays())
        for _ in range(1200)
    )
    assert refused > 600


def test_no_forged_member_breaks_the_reader(tmp_path):
    """The checksum is right, and the content has the format or is refused."""
    rng, path = random.Random(2), tmp_path / "x.npz"
    for _ in range(1200):
        contents = members()
        name = rng.choice(list(contents))
        contents[name] = spliced(contents[name][:160], rng) + contents[name][160:]
        path.write_bytes(packed(contents))
        try:
            found = read_arrays(path)
        except DataError:
            continue
        for part in ("train", "test"):
            x, y = found[f"x_{part}"], found[f"y_{part}"]
            assert x.dtype == np.uint8
            assert x.shape == (len(y), 28, 28)
            assert set(y) <= set(range(10))


LONG = b"{'descr': '|u1', 'fortran_order': False, 'shape': (3L, 28L, 28L), }\n"
HEADERS = {
    "deep": (b"(" * 3000, 1, "readable array x_train"),
    "deep signs": (b"-" * 9000 + b"1", 1, "readable array x_train"),
    "unfinished": (b"{'descr': '''|u1", 1, "readable array x_train"),
    "not UTF-8": (b"{'descr': '\xff'}", 3, "readable array x_train"),
    "long": (b" " * 20_000, 1, "readable array x_train"),
    "other format": (LONG, 9, "readable array x_train"),
    "many digits": (LONG.replace(b"3L", b"9" * 5000), 1, "x_train"),
    "fewer": (LONG.replace(b"3L", b"1L"), 1, "readable array x_train"),
    "below zero": (LONG.replace(b"3L", b"-3"), 1, "readable array x_train"),
    "strange type": (LONG.replace(b"|u1", b"(2,)u1"), 1, "uint8 in x_train"),
    "fields": (LONG.replace(b"'|u1'", b"[('a', '|u1')]"), 1, "uint8 in x_train"),
    "objects": (LONG.replace(b"|u1", b"|O"), 1, "found Python objects"),
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_forged_header_is_refused(header, tmp_path):
    content, version, expected = HEADERS[header]
    path = tmp_path / "x.npz"
    path.write_bytes(forged("x_train", content, bytes(2352), version))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match=f"expected .*{expected}") as caught:
            read_arrays(path)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_old_spelling_is_read_without_a_warning(version, tmp_path):
    """Python 2 wrote an L after a long integer."""
    header = LONG if version < 3 else LONG.replace(b"L", b"")
    data = arrays()["x_train"].tobytes()
    content = forged("x_train", header, data, version)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not assert_exact_or_refused(tmp_path / "x.npz", content, arrays())


def test_a_promise_allocates_nothing(tmp_path):
    """An array header claims 400 MB; then the archive's directory claims it too."""
    count = 400_000_000 // 784
    header = LONG.replace(b"3L", b"%d" % count)
    content = bytearray(forged("x_train", header, bytes(2352)))
    entry = content.index(b"PK\x01\x02")
    promised = (10 + len(header) + 784 * count).to_bytes(4, "little")
    path = tmp_path / "x.npz"
    for forged_directory in (False, True):
        if forged_directory:
            content[entry + 24 : entry + 28] = promised
        path.write_bytes(content)
        tracemalloc.start()
        try:
            with pytest.raises(DataError, match="readable array x_train"):
                read_arrays(path)
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()


def test_only_a_regular_file_is_opened(tmp_path, monkeypatch):
    """Opening a pipe would wait for ever for a process that writes to it."""
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo("pipe.npz")
    os.symlink("pipe.npz", "link.npz")
    monkeypatch.setattr(digit_files.Path, "open", lambda *_: pytest.fail("opened"))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.npz")
        for name, kind in (
            ("pipe.npz", "a pipe"),
            ("link.npz", "a pipe"),
            ("socket.npz", "a socket"),
            ("/dev/zero", "a device"),
            (".", "a folder"),
            ("nothing.npz", "nothing there"),
            ("a" * 5000, "File name too long"),
        ):
            with pytest.raises(DataError, match=f"expected an .npz file, found {kind}"):
                read_arrays(name)


def test_a_tilde_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x.npz").write_bytes(packed(members()))
    assert list(read_arrays("~/x.npz")) == list(arrays())


def test_reading_a_file_needs_numpy_alone():
    code = (
        "import sys, numpy; before = set(sys.modules);"
        "import convlens.study.digit_files;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(new - set(sys.stdlib_module_names)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["convlens", "lazy_loader"]
