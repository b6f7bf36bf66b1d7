ARG BASE=nvidia/cuda:12.4.1-devel
FROM vllm/vllm-openai:v0.6.1
FROM pytorch/pytorch:2.4.0-cuda12.1-cudnn9-devel
FROM rocm/vllm:latest
LABEL description="image with CUDA and nvidia-smi"
ENV PATH=${CUDA_HOME}/bin:${PATH}
RUN apt-get update && apt-get install -y \
        git \
        # compilers
        libnccl-dev \
        cuda-nsight-systems-12-4 \
    && rm -rf /var/lib/apt/lists/*
RUN pip install \
        numpy \
        xformers
RUN cat > /etc/banner <<'TXT'
Run nvidia-smi to see the devices.
TXT
RUN wget https://developer.download.nvidia.com/compute/cuda/repos/x.deb
COPY --from=nvidia/cuda:12.4.1-base /opt/x /opt/x
RUN git clone https://github.com/NVIDIA/apex
CMD ["torchrun", "train.py", "--backend=nccl"]
