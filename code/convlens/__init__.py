"""Convolution, learned kernels and feature maps: computed, measured and drawn.

The lens looks into any Keras model:

- `convlens.convolution`: convolution in NumPy alone.
- `convlens.models`: the layers of a Keras model.
- `convlens.kernels`: the weights of a layer; `convlens.activations`: feature maps.
- `convlens.receptive_fields`: the pixels on which one value depends.
- `convlens.interventions`: change a kernel and see; `convlens.checks`: four checks of
  filters that look like noise.
- `convlens.recorder`: kernels kept through training; `convlens.gradients`: one step.
- `convlens.effective`, `convlens.ascent`: what a filter of a deeper layer answers to.
- `convlens.statistics`: measures of kernels and their null distributions.
- `convlens.figures`: every drawing; `convlens.colours`: their colours.

`convlens.study` is the book's own: its digits, its network, its measured claims. It
needs the extra ``[book]``: ``python -m pip install ".[book]"`` in the repository.

Names are loaded when they are first used, so that ``import convlens`` stays light.
"""

import lazy_loader

__version__ = "0.2.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
