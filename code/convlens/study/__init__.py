"""The book's own study: its digits, its network, and every claim that it measures.

In the order in which data flows:

- `convlens.study.data`: digits in. `convlens.study.digit_files` reads them from a file,
  `convlens.study.download` brings the file.
- `convlens.study.network`: the CNN and its recipe; `convlens.study.training` trains it
  once and keeps it.
- `convlens.study.runs`: measures a question on a trained network and keeps the numbers.
- `convlens.study.questions`: one file per question, what is measured and what follows.
- `convlens.study.claims`: the ledger, every sentence that a result decides.

Below them: `convlens.study.keeping` (the cache of results),
`convlens.study.fingerprints` (which code a result depends on),
`convlens.study.arithmetic` (what changes its last digits) and `convlens.study.apart`
(a function in a subprocess).

It needs the extra ``[book]``: ``python -m pip install ".[book]"`` in the repository.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
