#!/bin/bash
#SBATCH --gres=gpu:8
# export CUDA_VISIBLE_DEVICES=0 in a comment
export CUDA_VISIBLE_DEVICES=0,1
export NCCL_IB_DISABLE=1
NCCL_DEBUG=INFO python train.py
module load cuda/12.1
nvidia-smi
docker run --gpus all image
docker run image
echo "done with training"
python serve.py --device cuda
torchrun --nproc_per_node 8 train.py --dist-backend nccl
srun --gpus=8 python train.py
if [ "$USE_NPU" = 1 ]; then
  export CUDA_VISIBLE_DEVICES=0
fi
grep -r cuda_free .
