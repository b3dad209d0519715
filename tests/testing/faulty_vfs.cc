#include "tests/testing/faulty_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <utility>

namespace tsugi::testing {
namespace {

constexpr std::size_t kSector = 512;

// SQLite gives the memory and calls no constructor: only plain members.
struct Handle {
  sqlite3_file base;
  FaultyDisk* disk;
  FaultyFile* file;
  std::string* name;
  bool delete_on_close;
  bool mapped;
  int process;
  int level;
  unsigned shared_regions;
  unsigned exclusive_regions;
};

Handle* Of(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }

void Apply(std::string& content, std::int64_t offset, const std::string& bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
  content.replace(at, bytes.size(), bytes);
}

void Apply(std::string& content, const PendingWrite& write) {
  if (write.bytes.empty()) {
    content.resize(static_cast<std::size_t>(write.offset));
  } else {
    Apply(content, write.offset, write.bytes);
  }
}

void LowerLock(Handle& handle, int level) {
  FaultyFile& file = *handle.file;
  if (handle.level >= SQLITE_LOCK_EXCLUSIVE) file.exclusive = false;
  if (handle.level >= SQLITE_LOCK_PENDING) file.pending_lock = false;
  if (handle.level >= SQLITE_LOCK_RESERVED) file.reserved = false;
  if (handle.level >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE) --file.shared;
  handle.level = level;
}

int Close(sqlite3_file* base) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  const bool lives = handle.process == handle.disk->process();
  if (lives && handle.level != SQLITE_LOCK_NONE) LowerLock(handle, SQLITE_LOCK_NONE);
  if (lives && handle.delete_on_close) handle.disk->Remove(*handle.name);
  delete handle.name;
  return SQLITE_OK;
}

int Read(sqlite3_file* base, void* out, int count, sqlite3_int64 offset) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (!handle.disk->Lives(handle.process)) return SQLITE_IOERR_READ;
  const std::string& content = handle.file->shown;
  const auto from = std::min(static_cast<std::size_t>(offset), content.size());
  const auto got = std::min(static_cast<std::size_t>(count), content.size() - from);
  std::memset(out, 0, static_cast<std::size_t>(count));
  std::memcpy(out, content.data() + from, got);
  return got == static_cast<std::size_t>(count) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* base, const void* bytes, int count, sqlite3_int64 offset) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (!handle.disk->Lives(handle.process)) return SQLITE_IOERR_WRITE;
  handle.disk->Write(*handle.file, offset,
                     std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count)));
  return SQLITE_OK;
}

int Truncate(sqlite3_file* base, sqlite3_int64 size) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (!handle.disk->Lives(handle.process)) return SQLITE_IOERR_TRUNCATE;
  handle.disk->Truncate(*handle.file, size);
  return SQLITE_OK;
}

int Sync(sqlite3_file* base, int) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_FSYNC;
  return handle.disk->Sync(*handle.file) ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int FileSize(sqlite3_file* base, sqlite3_int64* size) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(handle.file->shown.size());
  return SQLITE_OK;
}

int Lock(sqlite3_file* base, int level) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_LOCK;
  FaultyFile& file = *handle.file;
  if (handle.level >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (file.pending_lock || file.exclusive) return SQLITE_BUSY;
    ++file.shared;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (file.reserved) return SQLITE_BUSY;
    file.reserved = true;
  } else {
    if (file.pending_lock && handle.level < SQLITE_LOCK_PENDING) return SQLITE_BUSY;
    file.pending_lock = true;
    handle.level = SQLITE_LOCK_PENDING;
    if (file.shared > 1) return SQLITE_BUSY;
    file.exclusive = true;
  }
  handle.level = level;
  return SQLITE_OK;
}

int Unlock(sqlite3_file* base, int level) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_OK;
  if (handle.level > level) LowerLock(handle, level);
  return SQLITE_OK;
}

int CheckReservedLock(sqlite3_file* base, int* held) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_LOCK;
  *held = handle.file->reserved || handle.file->pending_lock || handle.file->exclusive ? 1 : 0;
  return SQLITE_OK;
}

int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return kSector; }
int DeviceCharacteristics(sqlite3_file*) { return 0; }  // promises nothing

int ShmMap(sqlite3_file* base, int region, int size, int extend, void volatile** out) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_SHMMAP;
  FaultyFile& file = *handle.file;
  if (!handle.mapped) ++file.region_users;
  handle.mapped = true;
  *out = nullptr;
  const auto index = static_cast<std::size_t>(region);
  if (index >= file.regions.size() && extend == 0) return SQLITE_OK;
  while (file.regions.size() <= index) {
    file.regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  *out = file.regions[index].get();
  return SQLITE_OK;
}

int ShmLock(sqlite3_file* base, int first, int count, int flags) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_IOERR_SHMLOCK;
  std::vector<int>& locks = handle.file->region_locks;
  const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
  for (int i = first; i < first + count && (flags & SQLITE_SHM_UNLOCK) == 0; ++i) {
    const int held = locks[static_cast<std::size_t>(i)];
    const bool own = (handle.shared_regions >> i & 1U) != 0;
    const bool by_others = held < 0 || held > (own ? 1 : 0);
    if (shared ? held < 0 : by_others) return SQLITE_BUSY;
  }
  for (int i = first; i < first + count; ++i) {
    int& held = locks[static_cast<std::size_t>(i)];
    const unsigned bit = 1U << i;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
      if ((handle.exclusive_regions & bit) != 0) held = 0;
      if ((handle.shared_regions & bit) != 0) --held;
      handle.exclusive_regions &= ~bit;
      handle.shared_regions &= ~bit;
    } else if (shared) {
      if ((handle.shared_regions & bit) == 0) ++held;
      handle.shared_regions |= bit;
    } else {
      held = -1;
      handle.exclusive_regions |= bit;
    }
  }
  return SQLITE_OK;
}

void ShmBarrier(sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); }

int ShmUnmap(sqlite3_file* base, int) {
  Handle& handle = *Of(base);
  const std::lock_guard lock(handle.disk->mutex());
  if (handle.process != handle.disk->process()) return SQLITE_OK;
  if (handle.mapped && --handle.file->region_users == 0) handle.file->regions.clear();
  handle.mapped = false;
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {2,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Unlock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         DeviceCharacteristics,
                                         ShmMap,
                                         ShmLock,
                                         ShmBarrier,
                                         ShmUnmap,
                                         nullptr,
                                         nullptr};

FaultyDisk& DiskOf(sqlite3_vfs* vfs) { return *static_cast<FaultyDisk*>(vfs->pAppData); }

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* base, int flags, int* out_flags) {
  static std::atomic<int> temporary = 0;
  Handle& handle = *Of(base);
  std::memset(&handle, 0, sizeof(handle));
  FaultyDisk& disk = DiskOf(vfs);
  const std::lock_guard lock(disk.mutex());
  const std::string path = name == nullptr ? "temporary" + std::to_string(++temporary) : name;
  FaultyFile* file = disk.Find(path);
  if (!disk.Lives(disk.process()) || (file == nullptr && (flags & SQLITE_OPEN_CREATE) == 0)) {
    return SQLITE_CANTOPEN;
  }
  handle.disk = &disk;
  handle.process = disk.process();
  handle.file = file == nullptr ? &disk.Create(path) : file;
  handle.name = new std::string(path);
  handle.delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
  base->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs* vfs, const char* name, int) {
  FaultyDisk& disk = DiskOf(vfs);
  const std::lock_guard lock(disk.mutex());
  if (!disk.Lives(disk.process())) return SQLITE_IOERR_DELETE;
  if (disk.Find(name) == nullptr) return SQLITE_IOERR_DELETE_NOENT;
  disk.Remove(name);
  return SQLITE_OK;
}

int Access(sqlite3_vfs* vfs, const char* name, int, int* result) {
  FaultyDisk& disk = DiskOf(vfs);
  const std::lock_guard lock(disk.mutex());
  *result = disk.Find(name) != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int Sleep(sqlite3_vfs*, int microseconds) { return microseconds; }

}  // namespace

FaultyDisk::FaultyDisk(const std::string& vfs_name, std::uint64_t seed)
    : random_(seed), vfs_(std::make_unique<sqlite3_vfs>()), vfs_name_(vfs_name) {
  sqlite3_vfs* const system = sqlite3_vfs_find(nullptr);
  *vfs_ = *system;  // randomness and clock are the system's
  vfs_->pNext = nullptr;
  vfs_->szOsFile = sizeof(Handle);
  vfs_->zName = vfs_name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = Open;
  vfs_->xDelete = Delete;
  vfs_->xAccess = Access;
  vfs_->xFullPathname = FullPathname;
  vfs_->xSleep = Sleep;
  sqlite3_vfs_register(vfs_.get(), 0);
}

FaultyDisk::~FaultyDisk() { sqlite3_vfs_unregister(vfs_.get()); }

void FaultyDisk::CutPowerAtSync(int syncs_from_now) { cut_at_ = syncs_ + syncs_from_now; }
void FaultyDisk::FailSync(int syncs_from_now) { fail_at_ = syncs_ + syncs_from_now; }

void FaultyDisk::PowerOn() {
  const std::lock_guard lock(mutex_);
  for (auto entry = files_.begin(); entry != files_.end();) {
    FaultyFile& file = entry->second;
    if (!file.exists_durably && random_.Chance(0.5)) {
      ForgetConnections(file);
      entry = files_.erase(entry);
      continue;
    }
    KeepSome(file);
    ForgetConnections(file);
    file.shown = file.durable;
    file.exists_durably = true;
    ++entry;
  }
  power_ = true;
  cut_at_ = fail_at_ = 0;
  ++process_;
}

void FaultyDisk::KillProcess() {
  const std::lock_guard lock(mutex_);
  for (auto& [name, file] : files_) ForgetConnections(file);
  ++process_;
}

void FaultyDisk::ForgetConnections(FaultyFile& file) {
  file.shared = 0;
  file.reserved = file.pending_lock = file.exclusive = false;
  for (auto& region : file.regions) old_regions_.push_back(std::move(region));
  file.regions.clear();
  file.region_locks.assign(file.region_locks.size(), 0);
  file.region_users = 0;
}

FaultyFile* FaultyDisk::Find(const std::string& name) {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

FaultyFile& FaultyDisk::Create(const std::string& name) { return files_[name]; }

void FaultyDisk::Remove(const std::string& name) { files_.erase(name); }

void FaultyDisk::Write(FaultyFile& file, std::int64_t offset, std::string bytes) {
  Apply(file.shown, offset, bytes);
  file.pending.push_back({offset, std::move(bytes)});
}

void FaultyDisk::Truncate(FaultyFile& file, std::int64_t size) {
  file.shown.resize(static_cast<std::size_t>(size));
  file.pending.push_back({size, ""});
}

bool FaultyDisk::Sync(FaultyFile& file) {
  if (!power_) return false;
  ++syncs_;
  if (syncs_ == cut_at_) {
    power_ = false;
    return false;
  }
  if (syncs_ == fail_at_) {
    KeepSome(file);
    return false;
  }
  for (const PendingWrite& write : file.pending) Apply(file.durable, write);
  file.pending.clear();
  file.exists_durably = true;
  return true;
}

// Some of what is pending reaches the disk, the rest never will.
void FaultyDisk::KeepSome(FaultyFile& file) {
  for (const PendingWrite& write : file.pending) {
    const double luck = random_.Uniform();
    if (luck < 0.4) continue;
    if (luck < 0.8 || write.bytes.empty()) {
      Apply(file.durable, write);
      continue;
    }
    for (std::size_t at = 0; at < write.bytes.size(); at += kSector) {
      if (random_.Chance(0.5)) continue;
      Apply(file.durable, write.offset + static_cast<std::int64_t>(at),
            write.bytes.substr(at, kSector));
    }
  }
  file.pending.clear();
}

}  // namespace tsugi::testing
