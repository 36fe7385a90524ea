"""The public names of the lens: read by type checkers, and by Python on first use."""

from . import convolution as convolution
from . import figures as figures
from . import statistics as statistics
from .activations import feature_maps as feature_maps
from .activations import map_peaks as map_peaks
from .checks import filter_checks as filter_checks
from .checks import layer_checks as layer_checks
from .convolution import convolve as convolve
from .convolution import cross_correlate as cross_correlate
from .convolution import named_kernels as named_kernels
from .convolution import output_size as output_size
from .convolution import same_padding as same_padding
from .convolution import with_a_loop as with_a_loop
from .convolution import with_one_product as with_one_product
from .convolution import with_windows as with_windows
from .kernels import layer_kernels as layer_kernels
from .receptive_fields import receptive_field as receptive_field
from .statistics import compare_with_null as compare_with_null
from .statistics import morans_i as morans_i
from .statistics import shuffled_weights as shuffled_weights

__version__: str
