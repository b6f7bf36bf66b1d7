"""Merges LoRA weights into the base model, on the CPU."""
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def main(base, adapter, out):
    # device_map="cuda" would be faster but the 13B model does not fit
    model = AutoModelForCausalLM.from_pretrained(base, torch_dtype=torch.bfloat16, device_map="cpu")
    model = PeftModel.from_pretrained(model, adapter).merge_and_unload()
    model.save_pretrained(out, safe_serialization=True)


if __name__ == "__main__":
    main(*sys.argv[1:4])
