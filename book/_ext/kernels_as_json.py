"""Write the kernels of "Trained or not?" as JSON, for a script that shows them."""

from pathlib import Path

from sphinx.application import Sphinx

NAME = "trained-or-not.json"


def write_kernels(app: Sphinx, failure: Exception | None) -> None:
    """Add the file to the static files of a finished site."""
    if failure or app.builder.format != "html":
        return
    from convlens.study.preparation import kernels_as_json

    target = Path(app.outdir) / "_static" / NAME
    target.write_text(kernels_as_json(), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Register the step after the last page."""
    app.connect("build-finished", write_kernels)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
