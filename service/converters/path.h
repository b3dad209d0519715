// The place of a field in a message, `cart[2].quantity`. It costs nothing to make one on the way
// down; it is spelled out only where something is wrong.
//
//   const Path cart = Path("cart");
//   const Path line(cart, i);              // cart[2]
//   const Path quantity(line, "quantity")  // cart[2].quantity
//
// A path borrows its parent: keep it alive.
#ifndef TSUGI_SERVICE_CONVERTERS_PATH_H_
#define TSUGI_SERVICE_CONVERTERS_PATH_H_

#include <string>

#include "absl/status/status.h"

namespace tsugi {

class Path {
 public:
  Path() = default;  // the message itself
  explicit Path(const char* name) : name_(name) {}
  Path(const Path& parent, const char* name) : parent_(&parent), name_(name) {}
  Path(const Path& parent, int index) : parent_(&parent), index_(index) {}

  std::string ToString() const;

 private:
  const Path* parent_ = nullptr;
  const char* name_ = nullptr;  // null: an element of the parent
  int index_ = 0;
};

// What is wrong with a field, as a status and, for those who report it in parts, taken apart.
struct FieldMistake {
  std::string field;
  std::string value;   // as found, cut to limits::kMaxShownValueBytes
  std::string reason;  // what is wrong, and what would be right
};

// INVALID_ARGUMENT `field: value reason`: `cart[2].quantity: 0 is out of range; use 1 to 100000`.
absl::Status BadField(const Path& path, const std::string& value, const std::string& reason);

// The parts of a BadField; for any other status field and value are empty.
FieldMistake MistakeOf(const absl::Status& status);

}  // namespace tsugi

#endif  // TSUGI_SERVICE_CONVERTERS_PATH_H_
