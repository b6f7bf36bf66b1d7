"""Multiple choice tasks and speed; written without naming a device."""
import json
import time

import torch


def pick_device():
    if hasattr(torch, "accelerator") and torch.accelerator.is_available():
        return torch.accelerator.current_accelerator()
    return torch.device("cpu")


def wait(dev):
    if dev.type == "npu":
        torch.npu.synchronize()
    elif dev.type != "cpu":
        torch.accelerator.synchronize()


@torch.no_grad()
def choose(model, tokenizer, question, options, dev):
    scores = []
    for opt in options:
        ids = torch.tensor([tokenizer.encode(question + " " + opt)]).to(dev)
        with torch.autocast(dev.type, dtype=torch.bfloat16):
            logits = model(ids)
        lp = torch.log_softmax(logits[0, :-1].float(), -1)
        scores.append(lp.gather(1, ids[0, 1:, None]).mean().item())
    return max(range(len(options)), key=scores.__getitem__)


def run_task(path, model, tokenizer):
    dev = pick_device()
    model.to(dev).eval()
    right = total = 0
    with open(path) as f:
        for line in f:
            item = json.loads(line)
            right += choose(model, tokenizer, item["q"], item["options"], dev) == item["answer"]
            total += 1
    return right / max(1, total)


QUIZ = [
    {"q": "Which company makes CUDA?", "options": ["NVIDIA", "Intel"], "answer": 0},
    {"q": "Which library does collectives?", "options": ["cuDNN", "NCCL"], "answer": 1},
]


def speed(model, ids, rounds=20):
    dev = pick_device()
    ids = ids.to(dev)
    wait(dev)
    t = time.perf_counter()
    for _ in range(rounds):
        model(ids)
    wait(dev)
    return rounds * ids.numel() / (time.perf_counter() - t)
