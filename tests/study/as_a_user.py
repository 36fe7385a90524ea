"""A program as a user writes it: every public name of the study. Pyright checks it."""

import keras
import numpy as np
from convlens import feature_maps
from convlens.study import (
    DataError,
    Images,
    build_cnn,
    evidence_of,
    kept_results,
    ledger,
    load_images,
    origins,
    running_kernel,
    train,
    trained_cnn,
    trained_or_not_kernels,
    training_record,
    untrained_cnn,
    versions,
)
from convlens.study.questions import accuracy

try:
    images: Images = load_images("digits")
except DataError as error:
    raise SystemExit(str(error)) from error

model: keras.Model = trained_cnn(images, seed=0)
before: keras.Model = untrained_cnn(images)
history: dict[str, list[float]] = train(build_cnn(seed=1), images, seed=1)
losses: list[float] = training_record(images).history["loss"]

mixed: dict[str, list] = trained_or_not_kernels(images)
seven: np.ndarray = images.x_test[[images.running_seven]]
chosen: int = running_kernel(feature_maps(model, seven)["relu1"][0])
sentence: str = ledger(images).say("neighbours-agree")
seeds: tuple[int, ...] = evidence_of(accuracy, images).seeds
named: dict[str, str] = kept_results(images, [0])
made: list[str] = origins(images)
used: dict[str, str] = versions("keras", "numpy")
