#!/usr/bin/env bash
# Pretraining on one or several nodes with 8 GPUs each
set -euo pipefail

CONFIG=${1:-configs/pretrain_7b.yaml}
NNODES=${NNODES:-1}
NODE_RANK=${JOB_COMPLETION_INDEX:-${SLURM_NODEID:-0}}
MASTER_ADDR=${MASTER_ADDR:-localhost}

export CUDA_DEVICE_MAX_CONNECTIONS=1
export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
export NCCL_IB_DISABLE=0
export NCCL_ASYNC_ERROR_HANDLING=1
export TOKENIZERS_PARALLELISM=false
export OMP_NUM_THREADS=12

GPUS_PER_NODE=$(nvidia-smi -L | wc -l)
echo "node $NODE_RANK: $GPUS_PER_NODE GPUs, NCCL over $MASTER_ADDR"

ulimit -l unlimited
torchrun \
  --nnodes "$NNODES" \
  --node_rank "$NODE_RANK" \
  --nproc_per_node "$GPUS_PER_NODE" \
  --master_addr "$MASTER_ADDR" \
  --master_port 29511 \
  -m tern.train.train --config "$CONFIG"
