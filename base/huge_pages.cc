#include "base/huge_pages.h"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace tsugi::base {
namespace {

constexpr std::size_t kPage = std::size_t{2} << 20;
constexpr std::size_t kLine = 64;
constexpr std::size_t kSmall = std::size_t{256} << 10;  // below, a whole page would be waste

}  // namespace

void* AllocateHuge(std::size_t bytes) {
  if (bytes < kSmall) return ::operator new(bytes, std::align_val_t{kLine});
  const std::size_t whole = (bytes + kPage - 1) / kPage * kPage;
  void* memory = ::operator new(whole, std::align_val_t{kPage});
#ifdef __linux__
  madvise(memory, whole, MADV_HUGEPAGE);  // a wish: refused, the memory is as good
#endif
  return memory;
}

void FreeHuge(void* memory, std::size_t bytes) {
  ::operator delete(memory, std::align_val_t{bytes < kSmall ? kLine : kPage});
}

}  // namespace tsugi::base
