"""What the build exported for the scripts of the pages, read without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def exported(site: Path, name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Read the head and the arrays of a part that the build wrote."""
    (path,) = (site / "_static" / "hands-on" / "data").glob(f"{name}-*.json")
    head = json.loads(path.read_text())
    body = path.with_suffix(".bin").read_bytes()
    return head, {
        one: np.frombuffer(
            body, told["type"], int(np.prod(told["shape"])), told["start"]
        ).reshape(told["shape"])
        for one, told in head["arrays"].items()
    }


def network_of(site: Path) -> tuple[Any, np.ndarray]:
    """Read the exported network into Keras, and the exported digits from 0 to 1."""
    from convlens.study import build_cnn

    arrays = exported(site, "network")[1]
    model = build_cnn()
    model.set_weights([*arrays.values()])
    return model, exported(site, "digits")[1]["pixels"][..., np.newaxis] / 255
