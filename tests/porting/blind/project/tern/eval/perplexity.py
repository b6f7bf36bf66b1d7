import argparse
import math

import torch
from torch.utils.data import DataLoader
from tqdm import tqdm

from tern.data.dataset import TokenDataset

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


@torch.no_grad()
def perplexity(model, loader):
    loss, count = 0.0, 0
    for ids, labels in tqdm(loader, desc="ppl (cuda)"):
        ids, labels = ids.to(device), labels.to(device)
        with torch.autocast("cuda", dtype=torch.bfloat16):
            loss += model(ids, labels).item() * labels.numel()
        count += labels.numel()
    return math.exp(loss / max(1, count))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("data")
    args = ap.parse_args()
    model = torch.load(args.model, map_location=device).eval()
    print(perplexity(model, DataLoader(TokenDataset(args.data, 2048), batch_size=4)))
    print("peak memory", torch.cuda.max_memory_allocated(device))


if __name__ == "__main__":
    main()
