"""Settings that affect floating-point results: fixed if possible, else in the key.

The same code on the same images gives slightly different results with another
instruction set, with oneDNN on or off, or with another floating-point type. A process
that trains or measures runs in an environment in which all that can be fixed is fixed;
what cannot be fixed, the processor, is part of the key of every kept result.
"""

from __future__ import annotations

import os
import platform

# Prefixes of environment variables that affect the results of Keras, TensorFlow and the
# libraries below them. Keras also reads keras.json from KERAS_HOME.
STEERING = (
    "CUDA_",
    "DNNL_",
    "GOTO_NUM_THREADS",
    "ITEX_",
    "JAX_",
    "KERAS_",
    "KMP_",
    "MKL_",
    "NVIDIA_",
    "OMP_",
    "ONEDNN_",
    "OPENBLAS_DEFAULT_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF2_",
    "TF_",
    "XLA_",
)

# Without AVX-512, TensorFlow leaves oneDNN off by itself, and training takes longer
# (tests/benchmarks measures it). Elsewhere it is on anyway.
FIXED = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "1",
}

# Prefixes of environment variables by which NumPy and OpenBLAS select code for a
# processor. A machine may need them, so they are left alone, and are part of the key.
CHOOSING = ("GLIBC_TUNABLES", "NPY_", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def fixed_environment(keras_home: str) -> dict[str, str]:
    """Make the environment of a process that trains or measures.

    Args:
        keras_home: An empty folder: there is no ``keras.json`` in it to change the
            number type, the order of axes or the number of epochs.

    Returns:
        The environment variables of this process, without those that affect results,
        and with fixed values for those that must be set.

    Example:
        >>> from unittest import mock
        >>> with mock.patch.dict("os.environ", KERAS_MAX_EPOCHS="1", LANG="C"):
        ...     fixed = fixed_environment("/tmp/empty")
        >>> "KERAS_MAX_EPOCHS" in fixed, fixed["LANG"], fixed["KERAS_HOME"]
        (False, 'C', '/tmp/empty')
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(STEERING)
    }
    return {**kept, **FIXED, "KERAS_HOME": keras_home}


def processor() -> dict[str, object]:
    """Describe the processor: results depend on it, and no setting fixes it.

    Returns:
        The kind of machine, the instruction sets that NumPy found on it, and the
        variables that choose among them.

    Example:
        >>> sorted(processor())
        ['instruction sets', 'machine', 'system', 'variables']
    """
    import numpy as np

    found = np.show_config(mode="dicts")
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "instruction sets": found["SIMD Extensions"],
        "variables": {
            name: value
            for name, value in sorted(os.environ.items())
            if name.upper().startswith(CHOOSING)
        },
    }
