#include "service/models/model_messages.h"

#include <google/protobuf/util/json_util.h>

#include <cstdint>
#include <string>

#include "proto/tsugi/v1/model_service.pb.h"
#include "service/converters/values.h"

namespace tsugi {
namespace {

// `u8`, `u32`, `f64`: the figures after the letter are bits.
std::int64_t BytesOf(const SnapshotFile& file) {
  const std::int64_t bits = file.type.size() > 1 ? std::atoll(file.type.c_str() + 1) : 0;
  return static_cast<std::int64_t>(file.count) * bits / 8;
}

void FillSizes(const SnapshotManifest& from, v1::ModelSizes* to) {
  to->set_products(static_cast<std::int64_t>(from.products));
  to->set_customers(static_cast<std::int64_t>(from.info.customers));
  to->set_orders(static_cast<std::int64_t>(from.info.orders));
  to->set_order_lines(static_cast<std::int64_t>(from.info.lines));
  std::int64_t bytes = 0;
  for (const SnapshotFile& file : from.files) {
    v1::ModelFile* filled = to->add_files();
    filled->set_name(file.name);
    filled->set_bytes(BytesOf(file));
    filled->set_checksum(file.checksum);
    bytes += BytesOf(file);
  }
  to->set_bytes(bytes);
}

void FillData(const SnapshotInfo& from, v1::Model* to) {
  if (from.first_order.has_value()) FillTime(*from.first_order, to->mutable_data_from());
  if (from.until.has_value()) {
    FillTime(*from.until, to->mutable_data_to());
  } else if (from.last_order.has_value()) {
    FillTime(*from.last_order + absl::Microseconds(1), to->mutable_data_to());
  }
  to->set_seed(from.seed);
  to->set_config(from.configuration);  // JSON is YAML
}

}  // namespace

void FillModel(const ModelInfo& from, WithReport report, v1::Model* to) {
  to->set_model_version(from.version);
  for (const std::string& label : from.labels) to->add_labels(label);
  if (from.times.created_at != absl::InfinitePast()) {
    FillTime(from.times.created_at, to->mutable_created_at());
  }
  if (!from.status.ok()) {
    to->set_integrity(v1::INTEGRITY_DAMAGED);
    to->set_integrity_message(std::string(from.status.message()));
    return;
  }
  to->set_schema_version(from.manifest.format);
  FillData(from.manifest.info, to);
  FillSizes(from.manifest, to->mutable_sizes());
  if (report == WithReport::kNo) return;
  if (!google::protobuf::util::JsonStringToMessage(from.manifest.info.report,
                                                   to->mutable_evaluation_report())
           .ok()) {
    to->clear_evaluation_report();  // a report of another build that is no JSON object
  }
}

}  // namespace tsugi
