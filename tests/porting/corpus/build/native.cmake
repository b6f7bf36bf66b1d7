if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)  # tie: cmake-cuda-language
  set(CMAKE_CUDA_STANDARD 17)  # tie: cmake-cuda-language
endif()
if(CUDAToolkit_VERSION VERSION_LESS 12)  # tie: cmake-find-cuda
endif()
find_library(NCCL_LIBRARY NAMES nccl  # tie: cmake-find-cuda
  HINTS $ENV{NCCL_HOME}/lib)
find_path(CUDNN_INCLUDE_DIR cudnn.h)  # tie: cmake-find-cuda
find_package(cuda_free_package)
set_target_properties(ops PROPERTIES
  CUDA_SEPARABLE_COMPILATION ON  # tie: cmake-cuda-language
  POSITION_INDEPENDENT_CODE ON)
target_compile_options(ops PRIVATE
  $<$<COMPILE_LANGUAGE:CUDA>:-O3  # tie: build-nvcc-flags
  --expt-relaxed-constexpr>)  # tie: build-nvcc-flags
target_link_libraries(ops PUBLIC
  CUDA::cudart  # tie: cmake-find-cuda
  ${NCCL_LIBRARIES}  # tie: cmake-find-cuda
  fmt::fmt)
target_compile_definitions(ops PUBLIC MY_WITH_CUDA=1)  # tie: cmake-cuda-define
FetchContent_Declare(cutlass  # tie: cmake-find-cuda
  GIT_REPOSITORY https://github.com/NVIDIA/cutlass.git)
execute_process(COMMAND nvcc --version)  # tie: cmake-find-cuda
message(STATUS "-gencode and CUDA ${CUDAToolkit_VERSION}")
add_library(barracuda host.cpp)
