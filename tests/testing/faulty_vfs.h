// A SQLite VFS on a simulated disk: files live in memory, and what was written since a file's last
// sync is kept apart, so that a test can cut the power and see what a real disk might have kept.
//
//   FaultyDisk disk("faulty", seed);             // registers the VFS of that name
//   ... OpenSqliteStore("a.db", options, {.vfs = "faulty"}) ...
//   disk.CutPowerAtSync(3);                      // the third sync from now does not happen, and
//                                                // every call after it fails
//   disk.PowerOn();                              // files are as the disk kept them
//   disk.KillProcess();                          // files are as the system's cache shows them
//
// Of the writes since the last sync any may be kept, whole or in part (by sectors of 512 bytes), in
// any order. A sync that fails loses them for good while reads still show them, as Linux does.
//
// Thread safety: safe for concurrent use by the connections of one process; the disk must outlive
// them. After PowerOn or KillProcess, connections of before are dead: they only fail.
#ifndef TSUGI_TESTS_TESTING_FAULTY_VFS_H_
#define TSUGI_TESTS_TESTING_FAULTY_VFS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.h"

struct sqlite3_vfs;

namespace tsugi::testing {

// A write or, with no bytes, a change of size to `offset`.
struct PendingWrite {
  std::int64_t offset = 0;
  std::string bytes;
};

struct FaultyFile {
  std::string shown;                  // what reads see
  std::string durable;                // what the last sync left
  bool exists_durably = false;        // its name has reached the disk
  std::vector<PendingWrite> pending;  // since the last sync

  // Locks and shared memory of its connections.
  int shared = 0;
  bool reserved = false;
  bool pending_lock = false;
  bool exclusive = false;
  std::vector<std::unique_ptr<char[]>> regions;
  std::vector<int> region_locks = std::vector<int>(8, 0);  // -1: exclusive, else readers
  int region_users = 0;
};

class FaultyDisk {
 public:
  FaultyDisk(const std::string& vfs_name, std::uint64_t seed);
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  void CutPowerAtSync(int syncs_from_now);  // 1: the next
  void FailSync(int syncs_from_now);        // that one only
  void PowerOn();                           // also cuts the power if it is still on
  void KillProcess();                       // locks and shared memory go, files stay
  int syncs() const { return syncs_; }

  // For the VFS.
  bool Lives(int process) const { return power_ && process == process_; }
  int process() const { return process_; }
  std::mutex& mutex() { return mutex_; }
  FaultyFile* Find(const std::string& name);
  FaultyFile& Create(const std::string& name);
  void Remove(const std::string& name);
  void Write(FaultyFile& file, std::int64_t offset, std::string bytes);
  void Truncate(FaultyFile& file, std::int64_t size);
  bool Sync(FaultyFile& file);  // false: failed

 private:
  void KeepSome(FaultyFile& file);
  void ForgetConnections(FaultyFile& file);

  std::mutex mutex_;
  std::map<std::string, FaultyFile> files_;
  std::vector<std::unique_ptr<char[]>> old_regions_;  // dead connections still point there
  base::Random random_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::string vfs_name_;
  bool power_ = true;
  int process_ = 0;  // connections of an earlier one are dead
  int syncs_ = 0;
  int cut_at_ = 0;
  int fail_at_ = 0;
};

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_TESTING_FAULTY_VFS_H_
