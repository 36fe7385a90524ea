"""What the tests of the study share: a trained network, a folder of kept results."""

import pytest


@pytest.fixture(scope="session")
def model(images):
    """The book's network, trained once on scikit-learn's digits."""
    from convlens.study import trained_cnn

    return trained_cnn(images)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder of its own for what one test keeps."""
    folder = tmp_path / "kept"
    monkeypatch.setenv("CONVLENS_KEPT", str(folder))
    return folder
