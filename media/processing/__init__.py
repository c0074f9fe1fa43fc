"""From a raw upload to files that everybody can show: decoded in a child that may die, never here."""

from media.processing.pipeline import process, waiting
from media.processing.programs import can_video

__all__ = ["can_video", "process", "waiting"]
