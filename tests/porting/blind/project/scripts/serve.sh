#!/usr/bin/env bash
set -euo pipefail
GPUS=${GPUS:-0,1}

# free memory first: old engines keep their CUDA context otherwise
fuser -k /dev/nvidia0 /dev/nvidia1 || true
nvidia-smi -pm 1

if ! command -v tern-serve >/dev/null; then
  echo "install first: pip install -e .[serve] (needs CUDA 12)"
  exit 1
fi

CUDA_VISIBLE_DEVICES=$GPUS tern-serve --config configs/serve.yaml --device cuda "$@"
