"""The public names of the study: read by type checkers, and by Python on first use."""

from .claims import evidence_of as evidence_of
from .claims import ledger as ledger
from .data import DataError as DataError
from .data import Images as Images
from .data import load_images as load_images
from .keeping import versions as versions
from .network import build_cnn as build_cnn
from .network import train as train
from .preparation import kept_results as kept_results
from .preparation import origins as origins
from .questions.trained_or_not import trained_or_not_kernels as trained_or_not_kernels
from .running_example import running_kernel as running_kernel
from .training import trained_cnn as trained_cnn
from .training import training_record as training_record
from .training import untrained_cnn as untrained_cnn
