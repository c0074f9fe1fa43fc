"""The drills; a module here is found by itself. They are run in the order of their modules' names."""

import importlib
import pkgutil


def load() -> None:
    """Imports every module, which registers its drills."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
