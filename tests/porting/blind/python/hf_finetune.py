import os
from dataclasses import dataclass, field
from typing import Optional

import torch
from accelerate import Accelerator, PartialState
from datasets import load_dataset
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    DataCollatorForLanguageModeling,
    HfArgumentParser,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)
from transformers.utils import is_flash_attn_2_available, is_torch_npu_available

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["NCCL_P2P_DISABLE"] = "1"


@dataclass
class ModelArgs:
    name: str = field(default="local/base", metadata={"help": "model to load on CUDA"})
    attn: Optional[str] = field(default="flash_attention_2")
    quant: str = field(default="nf4")
    optim: str = field(default="paged_adamw_8bit")
    use_cuda_logging: bool = False


class EmptyCache(TrainerCallback):
    def on_step_end(self, args, state, control, **kw):
        if state.global_step % 50 == 0:
            torch.cuda.empty_cache()


class NpuEmptyCache(TrainerCallback):
    def on_step_end(self, args, state, control, **kw):
        if is_torch_npu_available():
            torch.npu.empty_cache()


def quant_config(kind):
    if kind == "nf4":
        return BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    if kind == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    return None


def pick_attn(wanted):
    if wanted == "flash_attention_2" and not is_flash_attn_2_available():
        print("flash attention is not there, taking sdpa")
        return "sdpa"
    return wanted


def load(a: ModelArgs):
    state = PartialState()
    m = AutoModelForCausalLM.from_pretrained(
        a.name,
        attn_implementation=pick_attn(a.attn),
        quantization_config=quant_config(a.quant),
        device_map={"": torch.cuda.current_device()},
    )
    print("state device", state.device)
    m = prepare_model_for_kbit_training(m)
    return get_peft_model(m, LoraConfig(r=16, task_type="CAUSAL_LM"))


def train_args(a: ModelArgs):
    return TrainingArguments(
        output_dir="out-cuda",
        per_device_train_batch_size=4,
        bf16=True,
        tf32=True,
        optim=a.optim,
        ddp_backend="nccl",
        dataloader_pin_memory=True,
        torch_compile=False,
        report_to=[],
        gradient_checkpointing=True,
    )


def eval_args():
    return TrainingArguments(output_dir="eval", use_cpu=True, ddp_backend="gloo", tf32=None)


def apex_args():
    return TrainingArguments(output_dir="old", fp16=True, half_precision_backend="apex")


def fused_args():
    return TrainingArguments(output_dir="apex", optim="adamw_apex_fused")


def plain_loop(m, dl, opt):
    acc = Accelerator(mixed_precision="bf16")
    m, dl, opt = acc.prepare(m, dl, opt)
    for b in dl:
        loss = m(**b).loss
        acc.backward(loss)
        opt.step()
        opt.zero_grad()
    acc.free_memory()
    return acc.device


def main():
    (a,) = HfArgumentParser(ModelArgs).parse_args_into_dataclasses()
    tok = AutoTokenizer.from_pretrained(a.name)
    ds = load_dataset("json", data_files="train.json")["train"].map(lambda r: tok(r["text"]))
    tr = Trainer(load(a), train_args(a), train_dataset=ds, callbacks=[EmptyCache()],
                 data_collator=DataCollatorForLanguageModeling(tok, mlm=False))
    tr.train()
    sample = tok("Hello", return_tensors="pt").to("cuda")
    print(tok.decode(tr.model.generate(**sample)[0]))
    if a.use_cuda_logging:
        print("peak", torch.cuda.max_memory_reserved())


if __name__ == "__main__":
    main()
