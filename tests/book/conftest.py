"""What only the tests of the book need: a copy that may be broken."""

import pytest


@pytest.fixture(scope="session")
def small(new_book, results):
    """A copy of the book with cells on two pages only; its results are made before."""
    return new_book("small", shrunk=True, results=results)
