from tern.utils.device import get_device, move_to
from tern.utils.seed import set_seed

__all__ = ["get_device", "move_to", "set_seed"]
