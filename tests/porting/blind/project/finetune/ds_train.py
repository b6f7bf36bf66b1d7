"""Full fine-tuning with DeepSpeed; uses its accelerator abstraction."""
import deepspeed
import torch
from deepspeed.accelerator import get_accelerator

from tern import config
from tern.model import TernModel


def run(cfg_path, ds_config, batches):
    deepspeed.init_distributed()
    mcfg, *_ = config.load(cfg_path)
    dev = get_accelerator().current_device_name()
    engine, *_ = deepspeed.initialize(model=TernModel(mcfg), config=ds_config)
    for ids, labels in batches:
        loss = engine(ids.to(dev), labels.to(dev))
        engine.backward(loss)
        engine.step()
    get_accelerator().synchronize()
    if get_accelerator().device_name() == "npu":
        print("no CUDA here, kernels of DeepSpeed are off")
    peak = get_accelerator().max_memory_allocated()
    return peak


def fused_adam(params):
    from deepspeed.ops.adam import FusedAdam
    return FusedAdam(params, lr=torch.tensor(1e-5).item())
