// The public API's wire format as lines of text that each stand alone, so that two listings can be
// compared line by line; and the check that everything in it carries a comment.
//
//   enum Moment.MOMENT_RENEWAL = 3
//   field CartItem.quantity = 2: optional int32
//   method TrainingService.WatchTraining(WatchTrainingRequest) returns (stream
//   WatchTrainingResponse)
#ifndef TSUGI_TESTS_PROTO_WIRE_FORMAT_H_
#define TSUGI_TESTS_PROTO_WIRE_FORMAT_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <string>
#include <vector>

namespace tsugi::testing {

// The files of one package, with the pool that owns them.
struct Api {
  std::unique_ptr<google::protobuf::DescriptorPool> pool;
  std::vector<const google::protobuf::FileDescriptor*> files;
};

// The files of `set` that belong to `package`. REQUIRES: imports stand before what imports them, as
// protoc --include_imports writes them. A set that does not link gives an Api without files.
Api LinkApi(const google::protobuf::FileDescriptorSet& set, const std::string& package);

// Every field, reserved number and name, enumeration value and method, sorted by full name and
// number. Names of the API's own package are written without it.
std::vector<std::string> WireFormat(const Api& api);

// Lines of `from` that are not in `to`, in their order.
std::vector<std::string> Missing(const std::vector<std::string>& from,
                                 const std::vector<std::string>& to);

// Full names of messages, fields, oneofs, enumerations, values, services and methods without a
// comment, and of files that do not open with one. Needs the set's source information.
std::vector<std::string> Uncommented(const Api& api);

}  // namespace tsugi::testing

#endif  // TSUGI_TESTS_PROTO_WIRE_FORMAT_H_
