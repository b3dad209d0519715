// The tables of a SQLite store.
//
// A step takes a store of version i + 1 to i + 2; steps are never changed once released, only
// added. sqlite_migration.h runs them.
#ifndef TSUGI_ENGINE_STORE_SQLITE_SCHEMA_H_
#define TSUGI_ENGINE_STORE_SQLITE_SCHEMA_H_

#include <span>
#include <string>

namespace tsugi {

// The statements of the first version, and of each step after it.
const std::string& SchemaVersion1();
std::span<const std::string> SchemaSteps();

// The version a store has after `steps`.
inline int SchemaVersionOf(std::span<const std::string> steps) {
  return static_cast<int>(steps.size()) + 1;
}

}  // namespace tsugi

#endif  // TSUGI_ENGINE_STORE_SQLITE_SCHEMA_H_
