"""Keep the kernels of a layer while it is trained."""

from __future__ import annotations

from collections.abc import Iterable

import keras
import numpy as np

from convlens.kernels import layer_kernels


class KernelRecorder(keras.callbacks.Callback):
    """A callback that keeps copies of a layer's kernels while it is trained.

    Steps are counted from the beginning of `keras.Model.fit`, and each call of it
    begins a new record. With ``steps_per_execution`` above 1, Keras calls back only
    once in that many steps. Then a record is made at the first call that has reached
    the step asked for, and it serves all the steps asked for up to there. ``steps``
    says which steps the records really come from.

    Keras reports the mean loss since the epoch began. Here, each record has the mean
    since the record before. All batches count equally in it; a smaller last batch of
    an epoch counts roughly by its size.

    Args:
        layer: The name of a layer with kernels ``(kh, kw, c_in, c_out)``.
        steps: Numbers of optimizer steps after which to keep the kernels, such as
            those of `recording_steps`. Those before the first step are always kept.

    Attributes:
        steps: After how many optimizer steps each record was made, shape ``(m,)``.
        kernels: The kernels then, shape ``(m, kh, kw, c_in, c_out)``.
        losses: The mean training loss between the record before and this one, shape
            ``(m,)``; nan for the first record.

    Raises:
        ValueError: A step is negative, or, when training begins, there is no such
            layer or it has no two-dimensional kernels.

    Example:
        >>> model = keras.Sequential(
        ...     [
        ...         keras.Input((5, 5, 1)),
        ...         keras.layers.Conv2D(2, 5, name="conv1"),
        ...         keras.layers.Flatten(),
        ...     ]
        ... )
        >>> model.compile("sgd", loss="mse")
        >>> recorder = KernelRecorder("conv1", steps=[1, 4])
        >>> x, y = np.ones((8, 5, 5, 1)), np.ones((8, 2))
        >>> _ = model.fit(x, y, batch_size=2, callbacks=[recorder], verbose=0)
        >>> recorder.steps, recorder.kernels.shape
        (array([0, 1, 4]), (3, 5, 5, 1, 2))
    """

    def __init__(self, layer: str, steps: Iterable[int]):
        super().__init__()
        self._layer = layer
        self._asked = np.array([*steps], dtype=int)
        if (self._asked < 0).any():
            raise ValueError(
                f"steps: expected numbers of at least 0, got {self._asked.min()}"
            )

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begin a new record with the kernels before the first step."""
        self._steps: list[int] = []
        self._kernels: list[np.ndarray] = []
        self._sums: list[float] = []
        self._start = self._iterations()
        self._taken, self._sum = 0, 0.0
        self._record()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note where the running mean of the loss begins anew."""
        self._epoch_start, self._sum_before = self._taken, self._sum

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Keep the kernels, if a step asked for has been reached."""
        self._taken = self._iterations() - self._start
        # A mean times its count is a sum, and sums of separate stretches subtract.
        loss = float((logs or {})["loss"])
        self._sum = self._sum_before + loss * (self._taken - self._epoch_start)
        if ((self._asked > self._steps[-1]) & (self._asked <= self._taken)).any():
            self._record()

    @property
    def steps(self) -> np.ndarray:
        """Numbers of steps, shape ``(m,)``."""
        return np.array(self._steps)

    @property
    def kernels(self) -> np.ndarray:
        """Kernels, shape ``(m, kh, kw, c_in, c_out)``."""
        return np.array(self._kernels)

    @property
    def losses(self) -> np.ndarray:
        """Mean losses between records, shape ``(m,)``."""
        return np.array([np.nan, *(np.diff(self._sums) / np.diff(self._steps))])

    def _iterations(self) -> int:
        # With JAX, `self.model` brings the state of the last step into the model. At
        # the beginning of an epoch, Keras 3.0 would lose the reset of the loss by it.
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))

    def _record(self) -> None:
        self._steps.append(self._taken)
        self._kernels.append(layer_kernels(self.model, self._layer))
        self._sums.append(self._sum)


def recording_steps(total: int, count: int) -> np.ndarray:
    """Choose steps of a training, more densely at its beginning.

    Kernels change fastest at first, so the square roots of the steps are evenly spaced.

    Args:
        total: Number of steps of the training, at least 1.
        count: How many to choose, at least 2. There are fewer where two would be the
            same whole number.

    Returns:
        Whole numbers in increasing order, the first 0 and the last ``total``.

    Raises:
        ValueError: ``total`` is below 1 or ``count`` below 2.

    Example:
        >>> recording_steps(100, 6)
        array([  0,   4,  16,  36,  64, 100])
    """
    if total < 1 or count < 2:
        raise ValueError(
            "total and count: expected a total of at least 1 and a count of at least "
            f"2, got {total} and {count}"
        )
    return np.unique(np.rint(total * np.linspace(0, 1, count) ** 2).astype(int))
