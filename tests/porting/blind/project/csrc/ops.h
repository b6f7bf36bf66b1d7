#pragma once
// Declarations of the CUDA operators; included by bindings.cpp and by the sources
#include <torch/extension.h>
#include <vector>

torch::Tensor rms_norm(torch::Tensor x, torch::Tensor weight, double eps);
void apply_rope(torch::Tensor q, torch::Tensor k, torch::Tensor cos, torch::Tensor sin);
torch::Tensor masked_softmax(torch::Tensor scores, torch::Tensor mask, double scale);
void paged_attention(torch::Tensor out, torch::Tensor q, torch::Tensor k_cache, torch::Tensor v_cache,
                     torch::Tensor block_tables, torch::Tensor seq_lens, double scale);
void write_kv(torch::Tensor k, torch::Tensor v, torch::Tensor k_cache, torch::Tensor v_cache,
              torch::Tensor slots);
void swap_blocks(torch::Tensor src, torch::Tensor dst, std::vector<std::pair<int64_t, int64_t>> pairs);
torch::Tensor w8a16_gemm(torch::Tensor x, torch::Tensor w, torch::Tensor scale);
torch::Tensor half_matmul(torch::Tensor a, torch::Tensor b);
int64_t init_peer_reduce(std::vector<int64_t> peers, int64_t rank);
void peer_all_reduce(int64_t handle, torch::Tensor x);
