"""Take Thebe's scripts off the pages.

Jupyter Book always loads sphinx-thebe, which writes its settings twice into every page:
an error in the browser's console, for a service that these pages do not offer.
"""

from sphinx.application import Sphinx


def remove(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Remove every script and style that mentions Thebe."""
    for kind in ("script_files", "css_files"):
        context[kind] = [one for one in context.get(kind, []) if not _is_thebe(one)]


def _is_thebe(asset: object) -> bool:
    named = str(getattr(asset, "filename", None) or asset)
    body = getattr(asset, "attributes", {}).get("body", "")
    return "thebe" in f"{named} {body}".lower()


def setup(app: Sphinx) -> dict:
    """Register the removal, after the extensions that add assets."""
    app.connect("html-page-context", remove, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
