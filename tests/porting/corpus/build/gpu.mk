CUDA_HOME ?= /usr/local/cuda  # tie: make-nvcc, sh-cuda-env
SM := 80 90  # tie: make-nvcc
NVCCFLAGS := -O3 -arch=sm_80  # tie: make-nvcc, build-nvcc-flags
LDLIBS += -lnccl  # tie: make-nvcc
ifeq ($(USE_HIP),1)
FLAGS := -DUSE_CUDA=0 -DNO_NVCC -lcudart
else
FLAGS := -lcublas  # tie@cann: make-nvcc
endif
%.o: %.cu  # tie: make-nvcc
	$(NVCC) -c $<  # tie: make-nvcc
help:
	@echo "make check runs nvidia-smi"
clean-cuda:
	rm -rf build-cuda
