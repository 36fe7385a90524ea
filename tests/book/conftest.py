"""What only the tests of the book need: a copy that may be broken."""

import pytest


@pytest.fixture(scope="session")
def small(new_book):
    """A copy of the book with cells on two pages only."""
    return new_book("small", shrunk=True)
