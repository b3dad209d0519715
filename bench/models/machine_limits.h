// What this machine can do at this moment, for reading a kernel's figures beside its limit.
#ifndef TSUGI_BENCH_MODELS_MACHINE_LIMITS_H_
#define TSUGI_BENCH_MODELS_MACHINE_LIMITS_H_

namespace tsugi::models {

// All workers together.
struct MachineLimits {
  double flops = 0;         // float multiply-adds in registers, two operations each
  double stream_bytes = 0;  // reading 64 MiB a worker in order
  double gather_bytes = 0;  // reading rows of 256 bytes at random from 32 MiB
};

MachineLimits MeasureMachineLimits();

}  // namespace tsugi::models

#endif  // TSUGI_BENCH_MODELS_MACHINE_LIMITS_H_
