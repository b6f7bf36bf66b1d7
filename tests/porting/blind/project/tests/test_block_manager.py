import pytest

from tern.serve.block_manager import BlockManager, OutOfBlocks


def make():
    return BlockManager(num_gpu_blocks=4, num_cpu_blocks=4, block_size=16)


def test_cuda_free_shrinks():
    m = make()
    m.allocate(1, 33)
    assert len(m.cuda_free) == 1


def test_too_long():
    with pytest.raises(OutOfBlocks, match="CUDA blocks wanted"):
        make().allocate(1, 1000)


def test_swap():
    m = make()
    m.allocate(7, 20)
    assert len(m.swap_out(7)) == 2
    assert len(m.cuda_free) == 4
