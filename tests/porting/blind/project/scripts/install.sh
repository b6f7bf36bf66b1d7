#!/usr/bin/env bash
# Sets up a developer machine; picks wheels for the hardware found
set -e
python -m pip install --upgrade pip wheel

if [ -e /dev/davinci0 ]; then
  # Ascend: no CUDA wheels here
  pip install torch==2.3.1 torch-npu==2.3.1
  TERN_SKIP_CUDA_BUILD=1 pip install -e . --no-deps
elif command -v rocminfo >/dev/null; then
  pip install torch --index-url https://download.pytorch.org/whl/rocm6.0
  TERN_SKIP_CUDA_BUILD=1 pip install -e . --no-deps
elif command -v nvidia-smi >/dev/null; then
  DRIVER=$(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -n1)
  echo "driver $DRIVER"
  pip install -r requirements.txt
  pip install -e . --no-build-isolation
else
  echo "no accelerator; installing without CUDA"
  pip install torch --index-url https://download.pytorch.org/whl/cpu
  TERN_SKIP_CUDA_BUILD=1 pip install -e . --no-deps
fi
