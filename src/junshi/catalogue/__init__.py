"""Facts: accelerators, ecosystems, model architectures, supply events, prices and market figures."""

from junshi.catalogue.catalogue import Catalogue
from junshi.catalogue.load import load_catalogue

__all__ = ["Catalogue", "load_catalogue"]
