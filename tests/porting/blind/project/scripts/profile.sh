#!/usr/bin/env bash
# Profile ten training steps
set -e
OUT=${OUT:-/tmp/tern_profile}
mkdir -p "$OUT"

if [ "$1" = "--kernel" ]; then
  ncu --set full -k regex:paged_attention -o "$OUT/kernel" python -m pytest -q tests/test_kernels.py
else
  nsys profile -t cuda,nvtx,cublas -o "$OUT/train" --capture-range=cudaProfilerApi \
    python -m tern.train.train --config configs/pretrain_7b.yaml --max-steps 10
fi
ls -lh "$OUT"
