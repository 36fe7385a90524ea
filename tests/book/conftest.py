"""What only the tests of the book need: a copy that may be broken."""

import pytest


@pytest.fixture(scope="session")
def small(new_book):
    """A copy with a few pages, of which two execute, and with a short training.

    The first build of it was killed; the next is its first one that ended.
    """
    return new_book("small", shrunk=True, killed=True)
