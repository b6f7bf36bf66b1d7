#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

// Reads "key = value" files. Knows the names of the back ends (cuda, rocm,
// ascend) but calls none of them; the CUDA driver is not needed to build it.

namespace host {

struct Options {
    bool use_cuda = false;
    bool nccl_debug = false;
    int cuda_device = 0;
    std::string nvcc_like_flag;
    std::string warp = "bilinear";
    std::string texture;
};

/* The table below replaces the old one:
     cudaSetDevice(opts.cuda_device);
     cudaMalloc(&ptr, bytes);
     kernel<<<1, 1>>>(ptr);
*/

static const std::map<std::string, std::string> kHelp = {
    {"use_cuda", "run the CUDA kernels when the build has them"},
    {"nccl_debug", "same as NCCL_DEBUG=INFO in the launcher"},
    {"cuda_device", "ordinal as printed by nvidia-smi"},
};

bool parse(const std::string& path, Options* o) {
    std::ifstream in(path);
    if (!in) {
        std::cerr << "cannot open " << path << " (no cudaMalloc was attempted)\n";
        return false;
    }
    std::string line;
    while (std::getline(in, line)) {
        std::istringstream ss(line);
        std::string key, eq, value;
        ss >> key >> eq >> value;
        if (key == "use_cuda") o->use_cuda = value == "true";
        if (key == "nccl_debug") o->nccl_debug = value == "true";
        if (key == "cuda_device") o->cuda_device = std::stoi(value);
        if (key == "warp") o->warp = value;
        if (key == "texture") o->texture = value;
    }
    return true;
}

// three levels: device, stage, bucket
std::map<int, std::map<int, std::map<int, int>>> table(int a, int b) {
    std::map<int, std::map<int, std::map<int, int>>> t;
    t[a][b][0] = (a << 3) >> b;
    std::cout << "<<<" << a << ">>>" << '\n';
    return t;
}

const char* banner() {
    return R"(
 ____________________________
|  lm   CUDA 12   NCCL 2.20  |
|  __global__ edition <<<1>>> |
 -----------------------------
)";
}

// stands in for dim3 in the host tools
struct dim3_t {
    int x, y, z;
};
using stream_id = int;

dim3_t grid_for(int n, int threads) { return {(n + threads - 1) / threads, 1, 1}; }

}  // namespace host
