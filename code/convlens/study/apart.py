"""Call a function in a subprocess with a controlled environment."""

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


def call_apart(
    function: Callable,
    *arguments: object,
    title: str,
    tell: Callable[[int, int], None] | None = None,
) -> Any:
    """Call a function in a subprocess, with a progress bar in this process.

    The subprocess shares no state with this one; its environment variables come from
    `convlens.study.arithmetic`. Modules in the current folder cannot shadow libraries
    in it.

    Args:
        function: A function of a module (pickled by name). It is called with the
            arguments and with ``tell=``, to which it may pass (done, total).
        arguments: Anything that can be pickled.
        title: What the progress bar says.
        tell: Is told (done, total), in place of the progress bar.

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
            env={**fixed_environment(keras_home), "PYTHONPATH": python_path()},
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump((function, arguments), process.stdin)
            process.stdin.close()
            return _follow(process.stdout, title, tell)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            status = process.wait()
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip()[-2000:]
            silent = f"the process ended with {status} and said nothing (no memory?)"
            raise RuntimeError(f"{title} failed:\n{last or silent}") from None
        finally:
            process.kill()


def python_path() -> str:
    """Make a PYTHONPATH with which a process finds this package, and nothing by chance.

    Returns:
        The folder of this package, then those that PYTHONPATH names, absolute. An empty
        entry, which would mean the current folder, is left out.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", PYTHONPATH=os.pathsep):
        ...     python_path() == str(CODE)
        True
    """
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(CODE), *(os.path.abspath(one) for one in given if one)]
    return os.pathsep.join(dict.fromkeys(paths))


def _follow(
    messages: IO[bytes], title: str, tell: Callable[[int, int], None] | None
) -> Any:
    """Pass on the subprocess's progress, and return its result."""
    with tqdm(desc=title, unit=" steps", disable=tell is not None) as bar:
        while True:
            kind, value = pickle.load(messages)
            if kind == "result":
                return value
            done, bar.total = value
            bar.update(done - bar.n)
            if tell:
                tell(*value)


def _serve() -> None:
    """Run in the subprocess: read the call from stdin, write messages to stdout."""
    # what a library prints goes to stderr, so that it cannot corrupt the messages
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def send(kind: str, value: object) -> None:
        pickle.dump((kind, value), out)
        out.flush()

    def tell(done: int, total: int) -> None:
        send("progress", (done, total))

    function, arguments = pickle.load(sys.stdin.buffer)
    send("result", function(*arguments, tell=tell))
