"""``python -m convlens``: get the digits, train the network, measure the claims."""

from convlens.data import load_images
from convlens.experiments import claims_ledger

if __name__ == "__main__":
    images = load_images()
    print(f"claims measured on {images.name}:", flush=True)
    for claim in claims_ledger(images).claims.values():
        print(f"- {claim.sentence}", flush=True)
