# %% [markdown]
# # Exploring a classifier
# Start the kernel with `CUDA_VISIBLE_DEVICES=1`.

# %%
import gc
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from IPython import get_ipython

ip = get_ipython()
ip.system("nvidia-smi --query-gpu=name,memory.used --format=csv")
ip.run_line_magic("env", "CUDA_LAUNCH_BLOCKING=1")
ip.run_line_magic("env", "MPLBACKEND=agg")

# %%
torch.__version__, torch.cuda.is_available(), torch.version.cuda

# %%
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print("Using", device, "(cuda is faster)")

# %%
torch.set_default_device(device)
rng = torch.Generator(device="cuda").manual_seed(0)
rng_cpu = torch.Generator().manual_seed(0)
X = torch.randn(1000, 20, generator=rng, device=device)
w = np.random.default_rng(0).normal(size=20)
y = (X @ torch.tensor(w, device=device, dtype=torch.float) > 0).long()

# %%
net = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 2))
net = net.cuda()
if torch.cuda.device_count() > 1:
    net = nn.DataParallel(net, device_ids=list(range(torch.cuda.device_count())))
crit = nn.CrossEntropyLoss().to(device)
opt = torch.optim.SGD(net.parameters(), lr=0.1)

# %%
hist = []
for epoch in range(20):
    opt.zero_grad()
    with torch.cuda.amp.autocast():
        out = net(X)
        loss = crit(out, y)
    loss.backward()
    opt.step()
    hist.append(loss.item())

# %%
plt.plot(hist, label="cuda run")
plt.title("Loss on CUDA")
plt.legend()

# %%
print(torch.cuda.memory_summary(abbreviated=True))
del out
gc.collect()
torch.cuda.empty_cache()

# %%
runs = {"cuda": hist, "cpu": [0.7, 0.5, 0.4]}
best = min(runs, key=lambda k: runs[k][-1])
if best == "cuda":
    print("the first run wins")

# %%
words = "barracuda cuda-like nccl".split()
vocab = {w: i for i, w in enumerate(words)}
assert vocab["barracuda"] == 0

# %%
conf = np.zeros((2, 2))
pred = net(X).argmax(1).cpu().numpy()
for a, b in zip(y.cpu().numpy(), pred):
    conf[a, b] += 1
print(conf / conf.sum())

# %%
torch.set_default_tensor_type("torch.cuda.FloatTensor")
z = torch.zeros(3)
torch.set_default_tensor_type(torch.FloatTensor)

# %%
if False:
    torch.cuda.synchronize()
    torch.zeros(1).cuda()

# %%
h = X.half().to("cuda:0", non_blocking=True)
ip.system("pip install cupy-cuda12x")
ip.system("pip install seaborn")
ip.run_line_magic("load_ext", "nvcc_plugin")
