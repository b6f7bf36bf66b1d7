"""Every sentence that a person reads, in English and Chinese."""

from junshi.text.say import LANGUAGES, current_language, in_language, say, set_language

__all__ = ["LANGUAGES", "current_language", "in_language", "say", "set_language"]
