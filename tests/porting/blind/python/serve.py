import asyncio
import logging
import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import torch
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
os.environ.setdefault("SERVER_CUDA_LABEL", "gpu-pool-a")

log = logging.getLogger(__name__)


@dataclass
class ServeConfig:
    model: str = "local/model"
    device_map: str = "cuda"
    attn: str = "flash_attention_2"
    load_4bit: bool = False
    engines: dict = field(default_factory=lambda: {"trt": False, "cuda_graph": False})
    cpu_map: str = "cpu"


class Req(BaseModel):
    prompt: str
    max_new: int = 64
    device: str | None = None


class Engine:
    def __init__(self, cfg: ServeConfig):
        self.cfg = cfg
        quant = None
        if cfg.load_4bit:
            quant = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_compute_dtype=torch.bfloat16)
        self.tok = AutoTokenizer.from_pretrained(cfg.model)
        self.net = AutoModelForCausalLM.from_pretrained(
            cfg.model,
            torch_dtype=torch.bfloat16,
            device_map=cfg.device_map,
            attn_implementation=cfg.attn,
            quantization_config=quant,
        ).eval()

    @torch.inference_mode()
    def generate(self, prompt, n):
        ids = self.tok(prompt, return_tensors="pt").input_ids.to(self.net.device)
        with torch.autocast("cuda", dtype=torch.float16):
            out = self.net.generate(ids, max_new_tokens=n)
        return self.tok.decode(out[0, ids.size(1):], skip_special_tokens=True)

    def close(self):
        del self.net
        torch.cuda.empty_cache()
        torch.cuda.ipc_collect()


def make_vllm(cfg):
    from vllm import LLM, SamplingParams

    return LLM(cfg.model, gpu_memory_utilization=0.9, enforce_eager=False), SamplingParams()


def make_trt(path):
    import tensorrt as trt

    logger = trt.Logger(trt.Logger.WARNING)
    with open(path, "rb") as fh, trt.Runtime(logger) as rt:
        return rt.deserialize_cuda_engine(fh.read())


def make_onnx(path):
    import onnxruntime as ort

    provs = [p for p in ("CUDAExecutionProvider", "CPUExecutionProvider") if p in ort.get_available_providers()]
    return ort.InferenceSession(path, providers=provs)


def make_onnx_cpu(path):
    import onnxruntime as ort

    return ort.InferenceSession(path, providers=["CPUExecutionProvider"])


engine: Engine | None = None


@asynccontextmanager
async def lifespan(app):
    global engine
    log.info("loading on cuda, this may take a while")
    engine = Engine(ServeConfig())
    yield
    engine.close()


app = FastAPI(title="CUDA inference", lifespan=lifespan)


@app.get("/health")
async def health():
    free, total = torch.cuda.mem_get_info()
    return {"cuda_free": free, "cuda_total": total, "ok": free > 2**30}


@app.get("/cuda")
async def info():
    return {"cuda": "yes"}


@app.post("/generate")
async def generate(r: Req):
    if r.device not in (None, "cuda"):
        raise HTTPException(400, "device must be cuda")
    t = time.time()
    try:
        text = await asyncio.to_thread(engine.generate, r.prompt, r.max_new)
    except torch.cuda.OutOfMemoryError:
        torch.cuda.empty_cache()
        raise HTTPException(503, "CUDA out of memory")
    except RuntimeError as e:
        if "CUDA error" in str(e):
            os._exit(3)
        raise
    return {"text": text, "s": time.time() - t}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=8080)
