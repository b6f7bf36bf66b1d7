from tern.parallel.initialize import init_distributed, tp_group, tp_rank, tp_size
from tern.parallel.layers import ColumnParallelLinear, RowParallelLinear, VocabParallelEmbedding

__all__ = [
    "init_distributed", "tp_group", "tp_rank", "tp_size",
    "ColumnParallelLinear", "RowParallelLinear", "VocabParallelEmbedding",
]
