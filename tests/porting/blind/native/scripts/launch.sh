#!/usr/bin/env bash
# Starts training on one node. Tested with CUDA 12.1 and NCCL 2.20.
set -euo pipefail

usage() {
    cat <<'EOF'
usage: launch.sh [--gpus N]
  CUDA_VISIBLE_DEVICES   devices to use
  NCCL_DEBUG             INFO for a trace
  nvidia-smi             must be on the PATH
EOF
}

BACKEND="${BACKEND:-cuda}"
GPUS=${GPUS:-$(nvidia-smi -L | wc -l)}

case "$BACKEND" in
    cuda)
        export CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES:-0,1,2,3}
        export CUDA_DEVICE_MAX_CONNECTIONS=1
        export NCCL_IB_DISABLE=0
        export NCCL_NVLS_ENABLE=1
        export PYTORCH_CUDA_ALLOC_CONF=max_split_size_mb:256
        export LD_LIBRARY_PATH=/usr/local/cuda/lib64:${LD_LIBRARY_PATH:-}
        ;;
    rocm)
        export HIP_VISIBLE_DEVICES=0,1,2,3
        export HSA_FORCE_FINE_GRAIN_PCIE=1
        ;;
    npu)
        export ASCEND_RT_VISIBLE_DEVICES=0,1,2,3
        source /usr/local/Ascend/ascend-toolkit/set_env.sh
        ;;
    *)
        echo "unknown backend $BACKEND, expected cuda, rocm or npu" >&2
        exit 2
        ;;
esac

echo "cuda"
echo "running nvidia-smi is optional" # NCCL_DEBUG too
log_file="logs/cuda_$(date +%s).txt"

if ! command -v nvcc >/dev/null; then
    echo "nvcc not found, using prebuilt kernels"
fi

CUDA_LAUNCH_BLOCKING=0 torchrun --standalone --nproc_per_node="$GPUS" \
    train.py \
    --ddp-backend nccl \
    --device cuda \
    --log "$log_file"

: <<'OLD'
export CUDA_HOME=/usr/local/cuda
nvcc -arch=sm_70 old.cu -o old
nvidia-smi -pm 1
OLD

nsys profile -o trace --trace=cuda,nvtx python bench.py
ncu --set full -k softmax_warp_kernel python bench.py
