#!/bin/sh
# Several small jobs on one device through the multi process service.
set -eu

export CUDA_MPS_PIPE_DIRECTORY="${TMPDIR:-/tmp}/mps"
export CUDA_MPS_LOG_DIRECTORY="${TMPDIR:-/tmp}/mps-log"
mkdir -p "$CUDA_MPS_PIPE_DIRECTORY" "$CUDA_MPS_LOG_DIRECTORY"

nvidia-smi -i 0 -c EXCLUSIVE_PROCESS
nvidia-cuda-mps-control -d
echo set_default_active_thread_percentage 50 | nvidia-cuda-mps-control

for i in 1 2 3; do
    CUDA_MPS_ACTIVE_THREAD_PERCENTAGE=30 ./worker "$i" &
done
wait

echo "stopping nvidia-cuda-mps-control"
echo quit | nvidia-cuda-mps-control
#nvidia-smi -i 0 -c DEFAULT
