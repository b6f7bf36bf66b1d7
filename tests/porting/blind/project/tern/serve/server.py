"""HTTP front end."""
import argparse
import asyncio
import logging
import os

import torch
import uvicorn
import yaml
from fastapi import FastAPI, HTTPException
from prometheus_client import Gauge, make_asgi_app
from pydantic import BaseModel

from tern.config import ServeConfig
from tern.serve.engine import Engine, Request

log = logging.getLogger("tern.serve")
app = FastAPI(title="Tern")
app.mount("/metrics", make_asgi_app())
GPU_MEM = Gauge("tern_gpu_memory_bytes", "Memory used on the CUDA device")
engine = None


class Completion(BaseModel):
    prompt_ids: list[int]
    max_tokens: int = 128
    temperature: float = 0.7


@app.get("/health")
def health():
    if not torch.cuda.is_available():
        raise HTTPException(503, "CUDA device lost")
    GPU_MEM.set(torch.cuda.memory_reserved())
    return {
        "status": "ok",
        "device": torch.cuda.get_device_name(0),
        "cuda": torch.version.cuda,
        "kernels": engine.backend_name(),
    }


@app.post("/v1/completions")
async def complete(body: Completion):
    req = Request(body.prompt_ids, body.max_tokens, body.temperature)
    engine.add(req)
    while not req.done:
        await asyncio.sleep(0.005)
    return {"ids": req.output}


async def loop():
    while True:
        done = engine.step()
        await asyncio.sleep(0 if done else 0.001)


@app.on_event("startup")
async def start_loop():
    asyncio.create_task(loop())


def main():
    global engine
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", required=True)
    ap.add_argument("--device", choices=["cuda", "cpu"], default=None)
    ap.add_argument("--disable-cuda-graphs", action="store_true")
    args = ap.parse_args()
    os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:512")
    with open(args.config) as f:
        raw = yaml.safe_load(f)
    http = raw.pop("http", {})
    cfg = ServeConfig(**{k: v for k, v in raw.items() if k in ServeConfig.__annotations__})
    if args.device:
        cfg.device = args.device
    if cfg.device == "cuda" and args.disable_cuda_graphs:
        cfg.use_cuda_graphs = False
    model = torch.load(os.path.join(cfg.model_path, "model.pt"), map_location="cpu")
    engine = Engine(cfg, model)
    uvicorn.run(app, host=http.get("host", "0.0.0.0"), port=http.get("port", 8000))


if __name__ == "__main__":
    main()
