"""Call a function in a subprocess in which nothing changes its result."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from tqdm import tqdm

from convlens.study.arithmetic import fixed_environment

CODE = Path(__file__).resolve().parents[2]
CHILD = "from convlens.study import apart; apart._serve()"


def call_apart(function: Callable, *arguments: object, title: str) -> Any:
    """Call a function in a fresh process, with a progress bar in this one.

    The process has its settings from `convlens.study.arithmetic`, whatever this one has
    computed, loaded or set. Modules in the current folder cannot take the place of
    libraries there.

    Args:
        function: A function of a module (pickled by name). It is called with the
            arguments and with ``tell=``, to which it may pass (done, total).
        arguments: Anything that can be pickled.
        title: What the progress bar says.

    Returns:
        What the function returned.

    Raises:
        RuntimeError: The process failed; the message ends with its last lines.

    Example:
        >>> call_apart(sorted, [2, 1], title="sorting")
        Traceback (most recent call last):
        ...
        RuntimeError: sorting failed:
        ...TypeError: ...
    """
    with (
        tempfile.TemporaryDirectory(prefix="convlens-") as keras_home,
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            [sys.executable, "-P", "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=_environment(keras_home),
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((function, arguments), process.stdin)
            process.stdin.close()
            return _follow(process.stdout, title)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            process.wait()
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip()[-2000:]
            raise RuntimeError(f"{title} failed:\n{last}") from None
        finally:
            process.kill()


def _environment(keras_home: str) -> dict[str, str]:
    """The settings of the process: this package is found, the current folder is not.

    An empty entry of PYTHONPATH means the current folder.
    """
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(CODE), *(os.path.abspath(one) for one in given if one)]
    return {**fixed_environment(keras_home), "PYTHONPATH": os.pathsep.join(paths)}


def _follow(messages: IO[bytes], title: str) -> Any:
    """Turn the messages of the other process into a progress bar and its result."""
    with tqdm(desc=title, unit=" steps") as bar:
        while True:
            kind, value = pickle.load(messages)
            if kind == "result":
                return value
            done, bar.total = value
            bar.update(done - bar.n)


def _serve() -> None:
    """Be the other process: the call comes in on stdin, messages go out on stdout."""
    # a library may print while it computes; that must not mix with the messages
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(kind: str, value: object) -> None:
        pickle.dump((kind, value), out)
        out.flush()

    def tell(done: int, total: int) -> None:
        send("progress", (done, total))

    function, arguments = pickle.load(sys.stdin.buffer)
    send("result", function(*arguments, tell=tell))
