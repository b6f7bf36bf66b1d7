from tern.model.transformer import TernModel

__all__ = ["TernModel"]
