"""Post-training quantisation to four bits with AutoGPTQ."""
import json
import os

import torch
from auto_gptq import AutoGPTQForCausalLM, BaseQuantizeConfig
from transformers import AutoTokenizer


def calibration(tokenizer, path, count=128):
    with open(path) as f:
        texts = [json.loads(line)["text"] for line in f][:count]
    return [tokenizer(t, return_tensors="pt", truncation=True, max_length=2048) for t in texts]


def run(model_dir, out_dir, data):
    tokenizer = AutoTokenizer.from_pretrained(model_dir)
    cfg = BaseQuantizeConfig(bits=4, group_size=128, desc_act=False)
    model = AutoGPTQForCausalLM.from_pretrained(model_dir, cfg, torch_dtype=torch.float16)
    model.quantize(calibration(tokenizer, data), use_triton=False)
    os.makedirs(out_dir, exist_ok=True)
    model.save_quantized(out_dir, use_safetensors=True)
    tokenizer.save_pretrained(out_dir)


def load(out_dir):
    return AutoGPTQForCausalLM.from_quantized(out_dir, device="cuda:0", use_triton=False)
