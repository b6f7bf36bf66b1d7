import argparse
import os
import time

import torch
import torch.nn as nn
import torchvision
import yaml
from torch.utils.data import DataLoader
from torchvision import transforms as T
from torchvision.ops import nms

try:
    from apex import amp
    from apex.parallel import SyncBatchNorm, convert_syncbn_model
except ImportError:
    amp = None

import torch.backends.cudnn as cudnn

CONFIG = yaml.safe_load(
    """
    device: cuda
    model: resnet50
    notes: trained with cuda 12
    amp: native
    """
)


def build(cfg):
    net = torchvision.models.get_model(cfg["model"], weights=None)
    if cfg["amp"] == "apex":
        net = convert_syncbn_model(net)
    else:
        net = nn.SyncBatchNorm.convert_sync_batchnorm(net)
    return net.to(device=cfg["device"], memory_format=torch.channels_last)


def transforms(train):
    ops = [T.RandomResizedCrop(224), T.RandomHorizontalFlip()] if train else [T.Resize(256), T.CenterCrop(224)]
    return T.Compose(ops + [T.ToTensor()])


class Meter:
    def __init__(self):
        self.n = self.s = 0

    def cuda(self, x):
        return self.update(x)

    def update(self, x, k=1):
        self.s += float(x) * k
        self.n += k
        return self.s / self.n


def step(net, x, y, opt, scaler, crit, use_apex):
    x = x.to("cuda", memory_format=torch.channels_last, non_blocking=True)
    y = y.cuda(non_blocking=True)
    with torch.autocast("cuda", enabled=not use_apex):
        loss = crit(net(x), y)
    opt.zero_grad()
    if use_apex:
        with amp.scale_loss(loss, opt) as scaled:
            scaled.backward()
    else:
        scaler.scale(loss).backward()
        scaler.step(opt)
        scaler.update()
    return loss.detach()


def evaluate(net, dl):
    m = Meter()
    net.eval()
    with torch.inference_mode():
        for x, y in dl:
            out = net(x.cuda())
            m.cuda((out.argmax(1).cpu() == y).float().mean())
    return m.s / max(1, m.n)


def boxes(b, s):
    keep = nms(b.float(), s, 0.5)
    return b[keep]


def decode(path):
    raw = torchvision.io.read_file(path)
    return torchvision.io.decode_jpeg(raw, device="cuda")


def decode_cpu(path):
    return torchvision.io.decode_jpeg(torchvision.io.read_file(path), device="cpu")


def video(path):
    import cv2

    cap = cv2.cudacodec.createVideoReader(path)
    ok, frame = cap.nextFrame()
    img = cv2.cuda.resize(frame, (224, 224))
    return img.download() if ok else None


def video_cpu(path):
    import cv2

    cap = cv2.VideoCapture(path)
    return cv2.resize(cap.read()[1], (224, 224))


def main():
    p = argparse.ArgumentParser("vision on cuda")
    p.add_argument("--data", default=os.path.join("data", "cuda_samples"))
    p.add_argument("--no-cudnn", dest="cudnn", action="store_false")
    a = p.parse_args()
    cudnn.benchmark = True
    cudnn.enabled = a.cudnn
    cfg = CONFIG
    net = build(cfg)
    crit = nn.CrossEntropyLoss(label_smoothing=0.1).cuda()
    opt = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    use_apex = cfg["amp"] == "apex" and amp is not None
    if use_apex:
        net, opt = amp.initialize(net, opt, opt_level="O2")
    scaler = torch.amp.GradScaler("cuda")
    ds = torchvision.datasets.ImageFolder(a.data, transforms(True))
    dl = DataLoader(ds, 64, shuffle=True, num_workers=8, pin_memory=True)
    t = time.time()
    for i, (x, y) in enumerate(dl):
        loss = step(net, x, y, opt, scaler, crit, use_apex)
        if i % 50 == 0:
            print(f"{i} loss {loss:.3f} time {time.time() - t:.1f} on cuda")
    if isinstance(net, SyncBatchNorm if amp else nn.SyncBatchNorm):
        print("odd")


if __name__ == "__main__":
    main()
