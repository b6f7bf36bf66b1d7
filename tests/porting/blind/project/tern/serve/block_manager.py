"""Bookkeeping of KV cache blocks. No device code, although some names say so."""
from collections import deque


class OutOfBlocks(RuntimeError):
    pass


class BlockManager:
    def __init__(self, num_gpu_blocks, num_cpu_blocks, block_size):
        self.block_size = block_size
        self.cuda_free = deque(range(num_gpu_blocks))
        self.host_free = deque(range(num_cpu_blocks))
        self.tables = {}
        self.swapped = {}

    def needed(self, length):
        return (length + self.block_size - 1) // self.block_size

    def allocate(self, seq_id, length):
        want = self.needed(length)
        if want > len(self.cuda_free):
            raise OutOfBlocks(f"{want} CUDA blocks wanted, {len(self.cuda_free)} free")
        self.tables[seq_id] = [self.cuda_free.popleft() for _ in range(want)]
        return self.tables[seq_id]

    def append(self, seq_id, length):
        table = self.tables[seq_id]
        if self.needed(length) > len(table):
            if not self.cuda_free:
                raise OutOfBlocks("no CUDA block left")
            table.append(self.cuda_free.popleft())
        return table[-1] * self.block_size + (length - 1) % self.block_size

    def swap_out(self, seq_id):
        table = self.tables.pop(seq_id)
        moves = [(b, self.host_free.popleft()) for b in table]
        self.swapped[seq_id] = [h for _, h in moves]
        self.cuda_free.extend(table)
        return moves

    def free(self, seq_id):
        self.cuda_free.extend(self.tables.pop(seq_id, []))
