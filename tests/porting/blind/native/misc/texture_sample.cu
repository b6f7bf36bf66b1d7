#include <cuda_runtime.h>
#include <surface_indirect_functions.h>
#include <texture_indirect_functions.h>

namespace img {

__global__ void warp_affine(cudaTextureObject_t src, cudaSurfaceObject_t dst, const float* m, int w,
                            int h) {
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= w || y >= h) return;
    const float u = m[0] * x + m[1] * y + m[2];
    const float v = m[3] * x + m[4] * y + m[5];
    const float4 c = tex2D<float4>(src, u + 0.5f, v + 0.5f);
    surf2Dwrite(c, dst, x * static_cast<int>(sizeof(float4)), y);
}

cudaTextureObject_t bind(cudaArray_t array) {
    cudaResourceDesc res{};
    res.resType = cudaResourceTypeArray;
    res.res.array.array = array;
    cudaTextureDesc td{};
    td.addressMode[0] = td.addressMode[1] = cudaAddressModeClamp;
    td.filterMode = cudaFilterModeLinear;
    td.readMode = cudaReadModeElementType;
    td.normalizedCoords = 0;
    cudaTextureObject_t tex = 0;
    cudaCreateTextureObject(&tex, &res, &td, nullptr);
    return tex;
}

void transform(const float4* host, float* matrix, int w, int h) {
    cudaChannelFormatDesc fmt = cudaCreateChannelDesc<float4>();
    cudaArray_t in, out;
    cudaMallocArray(&in, &fmt, w, h);
    cudaMallocArray(&out, &fmt, w, h, cudaArraySurfaceLoadStore);
    cudaMemcpy2DToArray(in, 0, 0, host, w * sizeof(float4), w * sizeof(float4), h,
                        cudaMemcpyHostToDevice);
    cudaResourceDesc sr{};
    sr.resType = cudaResourceTypeArray;
    sr.res.array.array = out;
    cudaSurfaceObject_t surf = 0;
    cudaCreateSurfaceObject(&surf, &sr);
    const cudaTextureObject_t tex = bind(in);
    const dim3 block(16, 16), grid((w + 15) / 16, (h + 15) / 16);
    warp_affine<<<grid, block>>>(tex, surf, matrix, w, h);
    cudaDeviceSynchronize();
    cudaDestroyTextureObject(tex);
    cudaDestroySurfaceObject(surf);
    cudaFreeArray(in);
    cudaFreeArray(out);
}

}  // namespace img
