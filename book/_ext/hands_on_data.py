"""Write what the scripts of the pages show, under a key that each page names."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

FOLDER = Path("_static", "hands-on", "data")


def choose_key(app: Sphinx, config: Config) -> None:
    """Collect the files before the first page, which is to name their key."""
    from convlens.study.preparation import hands_on_files

    config.hands_on_key, app.hands_on_files = hands_on_files()


def name_key(
    app: Sphinx, page: str, template: str, context: dict, document: object
) -> None:
    """Let a page say to which data its figures belong."""
    meta = f'<meta name="hands-on-key" content="{app.config.hands_on_key}" />'
    context["metatags"] = context.get("metatags", "") + meta


def write_files(app: Sphinx, failure: Exception | None) -> None:
    """Add the files to a finished site, and remove those of an earlier build."""
    if failure or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in app.hands_on_files:
            old.unlink()
    for name, content in app.hands_on_files.items():
        (folder / name).write_bytes(content)


def setup(app: Sphinx) -> dict:
    """Register the value, which follows the preparation, and the steps."""
    app.add_config_value("hands_on_key", "", "html")
    app.connect("config-inited", choose_key, priority=900)
    app.connect("html-page-context", name_key)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
