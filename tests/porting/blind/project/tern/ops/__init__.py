"""Custom operators: CUDA extension (fused) and Triton (triton_kernels, triton_ce)."""
