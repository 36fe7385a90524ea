"""Convolution, learned kernels and feature maps: computed, measured and drawn.

The map of the package, in the order in which data flows:

- `convlens.data`: images in; `convlens.download` brings the file.
- `convlens.convolution`: convolution by hand, in NumPy alone.
- `convlens.network`: the CNN, built, trained, kept, loaded (`convlens.keeping` keeps,
  `convlens.apart` computes in a fresh process).
- `convlens.kernels`, `convlens.activations`: kernels and feature maps of a model.
- `convlens.statistics`: scale-free measures and the chance they are held against.
- `convlens.claims`: sentences that results decide; `convlens.experiments` measures.
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
    "build_cnn": "network",
    "train": "network",
    "trained_cnn": "network",
    "training_record": "network",
    "epoch_lines": "network",
    "layer_kernels": "kernels",
    "shuffled_inside": "kernels",
    "feature_maps": "activations",
    "running_kernel": "activations",
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
