"""A server that leans on many libraries."""
import subprocess
from typing import Optional

import apexlib
import bitsandbytes as bnb  # tie: py-bitsandbytes
import cupy as cp  # tie: py-cupy
import deep_ep  # tie: py-deep-ep
import deepspeed  # tie: py-deepspeed
import flashinfer  # tie: py-flashinfer
import numpy as np
import pandas as pd
import pynvml  # tie: py-pynvml
import tensorrt as trt  # tie: py-tensorrt
import tensorrt_llm  # tie: py-tensorrt-llm
import torch
import torch_scatter  # tie: py-spconv-pt3d
import transformer_engine.pytorch as te  # tie: py-transformer-engine
import vllm  # tie: py-vllm
import xformers.ops as xops  # tie: py-xformers
from apex.normalization import FusedRMSNorm  # tie: py-apex-norm
from apex.optimizers import FusedAdam  # tie: py-apex-optim
from auto_gptq import AutoGPTQForCausalLM  # tie: py-gptq-awq
from cuda import cudart  # tie: py-cuda-python
from flash_attn import flash_attn_func  # tie: py-flash-attn
from flash_attn.bert_padding import pad_input  # tie: py-flash-attn-bert-padding
from flash_attn.layers.rotary import RotaryEmbedding  # tie: py-flash-attn-rotary
from flash_attn_interface import flash_attn_func as fa3  # tie: py-flash-attn-3
from mamba_ssm import Mamba  # tie: py-mamba-causal-conv
from megatron.core import parallel_state  # tie: py-megatron-core
from mmcv.ops import nms  # tie: py-mmcv-ops
from numba import cuda as nc  # tie: py-numba-cuda
from nvidia.dali import fn  # tie: py-dali
from sgl_kernel import rmsnorm  # tie: py-sglang
from torch.distributed.fsdp import FullyShardedDataParallel as FSDP  # tie: py-fsdp
from torch.profiler import ProfilerActivity, profile
from torch.utils.cpp_extension import load, load_inline  # tie: py-cpp-ext-load, py-cpp-ext-inline
from torchao.quantization import quantize_  # tie: py-torchao
from transformers import AutoModel, BitsAndBytesConfig  # tie: py-bnb-config
from vllm.model_executor.layers.linear import LinearBase  # tie: py-vllm-internals

from .apex_helpers import flash_attn_like
from .cuda_free import nothing


@nc.jit  # tie: py-numba-cuda
def kernel(a):
    a[0] = 1


def run(name: Optional[str] = None):
    model = AutoModel.from_pretrained(name, attn_implementation="flash_attention_2")  # tie: py-flash-attn-request
    small = AutoModel.from_pretrained(name, load_in_4bit=True)  # tie: py-bnb-config
    full = AutoModel.from_pretrained(name, attn_implementation="eager", load_in_4bit=False)
    wrapped = FSDP(model)  # tie: py-fsdp
    info = subprocess.run(["nvidia-smi", "-L"], check=False)  # tie: py-subprocess-nvidia-smi
    other = subprocess.check_output("nvidia-smi --query-gpu=name", shell=True)  # tie: py-subprocess-nvidia-smi
    quiet = subprocess.run(["ls", "-l"], check=False)
    ext = load(name="ext", sources=["a.cpp", "b.cu"])  # tie: py-cpp-ext-load, py-build-cuda-source
    src = load_inline(name="k", cpp_sources="", cuda_sources="")  # tie: py-cpp-ext-inline
    session = make(providers=["CUDAExecutionProvider", "CPUExecutionProvider"])  # tie: py-onnxruntime-gpu
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]):  # tie: py-profiler-cuda
        pass
    eight = torch.float8_e4m3fn  # tie: py-float8-dtype
    raw = cp.RawKernel  # tie: py-cupy
    engine = deepspeed.init_inference(model)  # tie: py-deepspeed-inference
    return small, full, wrapped, info, other, quiet, ext, src, session, eight, raw, engine


def make(providers):
    return providers


def register(lib):
    lib.impl("op", kernel, "CUDA")  # tie: py-torch-library-cuda-key
    lib.impl("op", kernel, "CPU")
    pool = torch.cuda.MemPool()  # tie: py-mempool
    handle = torch.cuda.current_stream().cuda_stream  # tie: py-streams-events, py-external-stream
    alloc = torch.cuda.memory.CUDAPluggableAllocator("a.so", "m", "f")  # tie: py-pluggable-allocator
    busy = torch.cuda.utilization()  # tie: py-cuda-memory-usage
    parts = torch.cuda.comm.scatter([], [])  # tie: py-cuda-comm
    capturing = torch.cuda.is_current_stream_capturing()  # tie: py-stream-capturing
    torch.cuda.memory._record_memory_history()  # tie: py-memory-snapshot
    options = torch.distributed.ProcessGroupNCCL.Options()  # tie: py-process-group-nccl
    ok = torch.distributed.is_nccl_available()  # tie: py-nccl-available
    return pool, handle, alloc, busy, parts, capturing, options, ok
bits = BitsAndBytesConfig(load_in_4bit=True)  # tie: py-bnb-config
from mine import _C as ops  # tie: py-extension-ops
from torch._C import Graph
ext = loader.load_ext("_ext", ["nms"])  # tie: py-extension-ops
