#include "kernel_operator.h"
#include "acl/acl.h"

// AscendC counterpart of the CUDA kernel in kernels/elementwise.cu.

using namespace AscendC;

constexpr int32_t kTile = 2048;

class AddBias {
  public:
    __aicore__ inline void Init(GM_ADDR x, GM_ADDR b, GM_ADDR y, uint32_t n) {
        n_ = n / GetBlockNum();
        x_.SetGlobalBuffer((__gm__ half*)x + n_ * GetBlockIdx(), n_);
        b_.SetGlobalBuffer((__gm__ half*)b, kTile);
        y_.SetGlobalBuffer((__gm__ half*)y + n_ * GetBlockIdx(), n_);
        pipe_.InitBuffer(in_, 2, kTile * sizeof(half));
        pipe_.InitBuffer(out_, 2, kTile * sizeof(half));
    }
    __aicore__ inline void Process() {
        for (uint32_t i = 0; i < n_ / kTile; ++i) {
            auto t = in_.AllocTensor<half>();
            DataCopy(t, x_[i * kTile], kTile);
            in_.EnQue(t);
            auto u = in_.DeQue<half>();
            auto r = out_.AllocTensor<half>();
            Adds(r, u, (half)1.0, kTile);
            out_.EnQue(r);
            DataCopy(y_[i * kTile], out_.DeQue<half>(), kTile);
        }
    }

  private:
    TPipe pipe_;
    TQue<QuePosition::VECIN, 2> in_;
    TQue<QuePosition::VECOUT, 2> out_;
    GlobalTensor<half> x_, b_, y_;
    uint32_t n_;
};

extern "C" __global__ __aicore__ void add_bias(GM_ADDR x, GM_ADDR b, GM_ADDR y, uint32_t n) {
    AddBias op;
    op.Init(x, b, y, n);
    op.Process();
}

void add_bias_do(uint32_t blocks, aclrtStream stream, uint8_t* x, uint8_t* b, uint8_t* y, uint32_t n) {
    add_bias<<<blocks, nullptr, stream>>>(x, b, y, n);
}
