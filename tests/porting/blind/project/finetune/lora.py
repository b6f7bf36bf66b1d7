"""LoRA fine-tuning with Hugging Face Trainer."""
import argparse
import os

import torch
from datasets import load_dataset
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)

local_rank = int(os.environ.get("LOCAL_RANK", 0))


def quant_config():
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=torch.bfloat16,
    )


def load(name, qlora, flash):
    kwargs = {"torch_dtype": torch.bfloat16}
    if qlora:
        kwargs["quantization_config"] = quant_config()
        kwargs["device_map"] = {"": f"cuda:{local_rank}"}
    if flash:
        kwargs["attn_implementation"] = "flash_attention_2"
    else:
        kwargs["attn_implementation"] = "sdpa"
    model = AutoModelForCausalLM.from_pretrained(name, **kwargs)
    if qlora:
        model = prepare_model_for_kbit_training(model)
    lora = LoraConfig(r=16, lora_alpha=32, lora_dropout=0.05, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    return get_peft_model(model, lora)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", default="tern-ai/tern-7b")
    ap.add_argument("--data", default="tern-ai/cuda-questions")
    ap.add_argument("--qlora", action="store_true")
    ap.add_argument("--flash", action="store_true")
    ap.add_argument("--out", default="out/lora")
    args = ap.parse_args()

    if torch.cuda.is_available() and torch.cuda.is_bf16_supported():
        print("bf16 on", torch.cuda.get_device_name(local_rank))

    tok = AutoTokenizer.from_pretrained(args.model)
    tok.pad_token = tok.pad_token or tok.eos_token
    data = load_dataset(args.data, split="train")
    data = data.map(lambda r: tok(r["text"], truncation=True, max_length=1024), remove_columns=data.column_names)

    training = TrainingArguments(
        output_dir=args.out,
        per_device_train_batch_size=4,
        gradient_accumulation_steps=8,
        gradient_checkpointing=True,
        learning_rate=2e-4,
        num_train_epochs=2,
        bf16=True,
        tf32=True,
        optim="paged_adamw_8bit" if args.qlora else "adamw_torch",
        ddp_backend="nccl",
        logging_steps=10,
        save_strategy="epoch",
        report_to=[],
    )
    trainer = Trainer(
        model=load(args.model, args.qlora, args.flash),
        args=training,
        train_dataset=data,
        data_collator=DataCollatorForLanguageModeling(tok, mlm=False),
    )
    trainer.train()
    trainer.save_model(args.out)
    if local_rank == 0:
        print("saved; to merge, use a machine with CUDA or enough memory")


if __name__ == "__main__":
    main()
