"""Start the kernels of pages from a process that has loaded the libraries once.

Each page is a kernel of its own, and each would spend most of its seconds on the same
imports. A fork of a process that has imported them, and computed nothing yet, is as
fresh a kernel. It is tried on Linux with TensorFlow; elsewhere kernels start as usual.
"""

import asyncio
import importlib
import os
import sys
import warnings
from multiprocessing import get_context

from jupyter_client.provisioning import local_provisioner
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

LOADED_ONCE = (
    "ipykernel.kernelapp",
    "keras",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
)


class ForkedKernel:
    """A forked process, with what Jupyter asks of a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(
        self, command: list[str], *, env: dict[str, str], cwd: str, **streams: object
    ) -> None:
        options = command[command.index("-f") :]
        env = {**env, "JPY_PARENT_PID": str(os.getpid())}  # a kernel ends with it
        fork = get_context("fork").Process
        self.process = fork(target=be_a_kernel, args=(options, env, cwd))
        self.process.start()
        self.pid = self.process.pid
        os.setpgid(self.pid, self.pid)  # Jupyter ends a kernel with its whole group

    def poll(self) -> int | None:
        """Tell the exit status of the process, or None while it runs."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait for the end of the process."""
        self.process.join()
        return self.process.exitcode


def be_a_kernel(options: list[str], env: dict[str, str], cwd: str) -> None:
    """Become the kernel of a page, as ``python -m ipykernel_launcher`` would."""
    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    asyncio.set_event_loop(asyncio.new_event_loop())  # and leave the build's alone
    build = os.path.dirname(__file__), os.path.dirname(os.path.abspath(sys.argv[0]))
    sys.path[:] = [path for path in sys.path if path not in build]
    # what PYTHONWARNINGS says to a process that starts afresh
    warnings.filterwarnings("error", module=r"__main__\Z")
    IPKernelApp.launch_instance([*options, "--InteractiveShellApp.ignore_cwd=True"])


def load_once(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Import what every page imports, where more than two pages are to be executed."""
    tried = sys.platform == "linux" and os.environ["KERAS_BACKEND"] == "tensorflow"
    if tried and len(pages) > 2:
        for name in LOADED_ONCE:
            importlib.import_module(name)
        local_provisioner.launch_kernel = ForkedKernel


def setup(app: Sphinx) -> dict:
    """Register the imports, before the first page is read."""
    app.connect("env-before-read-docs", load_once)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
