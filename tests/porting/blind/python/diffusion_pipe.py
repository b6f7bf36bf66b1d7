import argparse
import gc
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler, StableDiffusionXLPipeline
from PIL import Image

SETTINGS = {
    "device": "cuda",
    "generator_device": "cpu",
    "steps": 30,
    "prompt_tag": "cuda",
    "offload": "none",
}


def load_pipe(path, s=SETTINGS):
    vae = AutoencoderKL.from_pretrained(path, subfolder="vae", torch_dtype=torch.float16)
    pipe = StableDiffusionXLPipeline.from_pretrained(path, vae=vae, torch_dtype=torch.float16, variant="fp16")
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config)
    if s["offload"] == "model":
        pipe.enable_model_cpu_offload()
        return pipe
    if s["offload"] == "seq":
        pipe.enable_sequential_cpu_offload(device="cuda")
        return pipe
    pipe.to(s["device"])
    try:
        pipe.enable_xformers_memory_efficient_attention()
    except Exception as e:
        print("xformers is off:", e)
        pipe.enable_attention_slicing()
    pipe.unet.to(memory_format=torch.channels_last)
    pipe.unet = torch.compile(pipe.unet, mode="reduce-overhead", fullgraph=True)
    return pipe


def generator(seed, on_gpu=True):
    return torch.Generator("cuda" if on_gpu else "cpu").manual_seed(seed)


def cpu_generator(seed):
    return torch.Generator("cpu").manual_seed(seed)


class Sampler:
    device = "cuda"

    def __init__(self, pipe, watermark=False):
        self.pipe = pipe
        self.watermark = watermark
        self.noise = torch.empty(0, device=self.device)

    def latents(self, h, w, seed):
        g = generator(seed, on_gpu=False)
        z = torch.randn(1, 4, h // 8, w // 8, generator=g, dtype=torch.float32)
        return z.to(self.pipe.device, dtype=torch.float16)

    @torch.no_grad()
    def __call__(self, prompt, seed=0, steps=30):
        with torch.autocast(device_type=self.device, dtype=torch.float16):
            img = self.pipe(prompt, num_inference_steps=steps, latents=self.latents(1024, 1024, seed)).images[0]
        return self.stamp(img) if self.watermark else img

    def stamp(self, img: Image.Image):
        img.info["made_with"] = "cuda"
        return img

    def to(self, where):
        self.tag = where
        return self


def vram_gb():
    props = torch.cuda.get_device_properties(torch.cuda.current_device())
    return props.total_memory / 2**30


def free(pipe):
    pipe.to("cpu")
    del pipe
    gc.collect()
    for i in range(torch.cuda.device_count()):
        with torch.cuda.device(i):
            torch.cuda.empty_cache()


def rng_fork(fn, devs=None):
    with torch.random.fork_rng(devices=devs or [torch.cuda.current_device()]):
        return fn()


def save_grid(images, path):
    w, h = images[0].size
    sheet = Image.new("RGB", (w * len(images), h))
    for i, im in enumerate(images):
        sheet.paste(im, (i * w, 0))
    sheet.save(path)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("path", type=Path)
    ap.add_argument("--prompt", default="a barracuda in a coral reef")
    ap.add_argument("--cuda", action="store_true", help="use CUDA")
    a = ap.parse_args()
    s = {**SETTINGS, "device": "cuda:0" if a.cuda else "cpu"}
    if a.cuda and vram_gb() < 12:
        s["offload"] = "model"
    sampler = Sampler(load_pipe(a.path, s)).to("cuda")
    save_grid([sampler(a.prompt, seed=k) for k in range(4)], "cuda_grid.png")


if __name__ == "__main__":
    main()
