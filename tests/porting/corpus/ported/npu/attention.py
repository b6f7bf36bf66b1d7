"""Lies in a folder of another ecosystem: nothing here is a tie."""
import torch
import torch_npu

torch.cuda.synchronize()
x = torch.zeros(1, device="cuda")
