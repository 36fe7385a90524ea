"""Convolution, learned kernels and feature maps: computed, measured and drawn.

The map of the package, in the order in which data flows:

- `convlens.data`: images in; `convlens.download` brings the file.
- `convlens.by_hand`: one convolution, written in three ways for reading.
- `convlens.convolution`: convolution by hand, in NumPy alone.
- `convlens.network`: the CNN, built, trained, kept, loaded (`convlens.keeping` keeps,
  `convlens.apart` computes in a fresh process).
- `convlens.kernels`: kernels with names, and kernels of a model.
- `convlens.activations`: feature maps of a model.
- `convlens.receptive_fields`: how much of the image one value depends on.
- `convlens.statistics`: scale-free measures and the chance they are held against.
- `convlens.experiments` measures; `convlens.findings` puts it into words, and
  `convlens.claims` is the ledger of them.
- `convlens.figures`: every drawing.

Names are loaded when they are first used, so that ``import convlens`` stays light.
"""

import importlib

_HOME = {
    "load_images": "data",
    "Images": "data",
    "DataError": "data",
    "cross_correlate": "convolution",
    "convolve": "convolution",
    "output_size": "convolution",
    "same_padding": "convolution",
    "with_a_loop": "by_hand",
    "with_windows": "by_hand",
    "with_one_product": "by_hand",
    "build_cnn": "network",
    "train": "network",
    "trained_cnn": "network",
    "untrained_cnn": "network",
    "training_record": "network",
    "epoch_lines": "network",
    "named_kernels": "kernels",
    "layer_kernels": "kernels",
    "shuffled_inside": "kernels",
    "feature_maps": "activations",
    "map_peaks": "activations",
    "running_kernel": "activations",
    "receptive_field": "receptive_fields",
    "neighbour_agreement": "statistics",
    "against_chance": "statistics",
    "claims_ledger": "experiments",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in _HOME:
        raise AttributeError(f"module 'convlens' has no attribute {name!r}")
    return getattr(importlib.import_module(f"convlens.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
