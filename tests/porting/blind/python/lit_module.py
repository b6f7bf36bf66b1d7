import os
from typing import Any

import lightning as L
import torch
import torch.nn as nn
import torch.nn.functional as F
from lightning.pytorch.callbacks import Callback, DeviceStatsMonitor, ModelCheckpoint
from lightning.pytorch.strategies import DDPStrategy, FSDPStrategy

try:
    from apex.optimizers import FusedLAMB
except ImportError:
    FusedLAMB = None


class CudaMemCallback(Callback):
    """Logs the peak CUDA memory after each epoch."""

    def on_train_epoch_start(self, trainer, pl_module):
        torch.cuda.reset_peak_memory_stats(pl_module.device)

    def on_train_epoch_end(self, trainer, pl_module):
        peak = torch.cuda.max_memory_allocated(pl_module.device)
        pl_module.log("cuda/peak_gib", peak / 2**30)


class Net(L.LightningModule):
    def __init__(self, width=256, lr=1e-3, opt="adamw"):
        super().__init__()
        self.save_hyperparameters()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(784, width), nn.GELU(), nn.Linear(width, 10))
        self.register_buffer("table", torch.zeros(10))
        self.stream = None

    def setup(self, stage):
        if self.trainer.strategy.root_device.type == "cuda":
            self.stream = torch.cuda.Stream()

    def forward(self, x):
        return self.body(x)

    def training_step(self, batch, idx):
        x, y = batch
        noise = torch.randn(x.shape, device=self.device)
        loss = F.cross_entropy(self(x + 0.01 * noise), y)
        self.log("loss", loss, sync_dist=True)
        if idx % 100 == 0 and self.on_gpu:
            self.log("mem", float(torch.cuda.memory_reserved()))
        return loss

    def validation_step(self, batch, idx):
        x, y = batch
        mask = torch.ones_like(y).type_as(x)
        self.log("acc", ((self(x).argmax(-1) == y).float() * mask).mean())

    def transfer_batch_to_device(self, batch: Any, device: torch.device, i: int):
        return [b.to(device, non_blocking=True) for b in batch]

    def configure_optimizers(self):
        ps = self.parameters()
        match self.hparams.opt:
            case "lamb":
                return FusedLAMB(ps, lr=self.hparams.lr)
            case "adam8bit":
                import bitsandbytes as bnb

                return bnb.optim.Adam8bit(ps, lr=self.hparams.lr)
            case "cuda_sgd":
                return torch.optim.SGD(ps, lr=self.hparams.lr)
            case _:
                return torch.optim.AdamW(ps, lr=self.hparams.lr)


def strategy(kind):
    if kind == "ddp":
        return DDPStrategy(process_group_backend="nccl", find_unused_parameters=False)
    elif kind == "ddp_cpu":
        return DDPStrategy(process_group_backend="gloo")
    elif kind == "fsdp":
        return FSDPStrategy(cpu_offload=False)
    return "auto"


def make_trainer(kind="ddp", fast=False):
    return L.Trainer(
        accelerator="gpu",
        devices=torch.cuda.device_count(),
        strategy=strategy(kind),
        precision="bf16-mixed",
        benchmark=True,
        callbacks=[ModelCheckpoint(monitor="acc"), DeviceStatsMonitor(), CudaMemCallback()],
        fast_dev_run=fast,
    )


def make_auto_trainer():
    return L.Trainer(accelerator="auto", devices="auto", logger=False)


def make_cpu_trainer():
    return L.Trainer(accelerator="cpu", devices=1)


def make_old_trainer(n):
    return L.Trainer(accelerator="cuda", devices=n, plugins=[])


def main():
    L.seed_everything(1)
    torch.set_float32_matmul_precision("medium")
    run = os.environ.get("RUN_NAME", "cuda-baseline")
    print("run", run)
    make_trainer().fit(Net())


if __name__ == "__main__":
    main()
