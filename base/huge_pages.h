// Vectors on pages of 2 MiB where the system grants them (Linux, transparent huge pages by
// madvise): for tables that are read at random, where a page walk costs as much as the read itself.
// Elsewhere and for small vectors they are ordinary memory, aligned to a cache line.
//
//   base::HugeVector<float> table(rows * 64);
#ifndef TSUGI_BASE_HUGE_PAGES_H_
#define TSUGI_BASE_HUGE_PAGES_H_

#include <cstddef>
#include <vector>

namespace tsugi::base {

// Like operator new and delete: throws std::bad_alloc.
void* AllocateHuge(std::size_t bytes);
void FreeHuge(void* memory, std::size_t bytes);

template <typename T>
struct HugePageAllocator {
  using value_type = T;
  HugePageAllocator() = default;
  template <typename U>
  explicit HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(AllocateHuge(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { FreeHuge(memory, count * sizeof(T)); }

  friend bool operator==(const HugePageAllocator&, const HugePageAllocator&) { return true; }
};

template <typename T>
using HugeVector = std::vector<T, HugePageAllocator<T>>;

}  // namespace tsugi::base

#endif  // TSUGI_BASE_HUGE_PAGES_H_
