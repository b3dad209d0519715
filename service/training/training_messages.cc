#include "service/training/training_messages.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/time.h"
#include "engine/training/config.h"
#include "proto/tsugi/v1/training_service.pb.h"
#include "service/converters/path.h"
#include "service/converters/values.h"
#include "service/limits.h"

namespace tsugi {
namespace {

static_assert(static_cast<int>(TrainingState::kCancelled) + 1 == v1::TRAINING_STATE_CANCELLED);

void FillError(const absl::Status& from, v1::Error* to) {
  to->set_code(static_cast<int>(from.code()));
  to->set_message(std::string(from.message()));
}

std::string Sentence(const TrainingRecord& record) {
  switch (record.state) {
    case TrainingState::kRunning:
      return record.stage.empty() ? "starting" : absl::StrCat("at step ", record.stage);
    case TrainingState::kSucceeded:
      return absl::StrCat("published ", record.version,
                          record.order.label == "none"
                              ? std::string()
                              : absl::StrCat(" under the label ", record.order.label));
    case TrainingState::kFailed:
      return std::string(record.error.message());
    case TrainingState::kCancelled:
      return "stopped on request; nothing was published";
  }
  return "";
}

absl::Status ReadTrainingLabel(const std::string& from, std::string* to) {
  if (from.empty()) return absl::OkStatus();
  if (from != "stable" && from != "canary" && from != "none") {
    return BadField(Path("label"), from, "is no label; use stable, canary or none");
  }
  *to = from;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TrainingOrder> ToTrainingOrder(const v1::StartTrainingRequest& from,
                                              absl::Time now) {
  TrainingOrder to;
  TSUGI_RETURN_IF_ERROR(
      ReadId(Path("request_id"), from.request_id(), Presence::kOptional, &to.request_id));
  if (from.has_until()) {
    TSUGI_RETURN_IF_ERROR(ReadTime(Path("until"), from.until(), &to.until.emplace()));
    if (*to.until > now + limits::kClockSkew) {
      return BadField(Path("until"), base::FormatTime(*to.until),
                      "is in the future; leave it out for now");
    }
  }
  TSUGI_RETURN_IF_ERROR(
      ReadText(Path("config"), from.config(), limits::kMaxTrainingConfigBytes, &to.config));
  if (!to.config.empty()) {
    TSUGI_RETURN_IF_ERROR(ParseTrainConfig("config", to.config).status());
  }
  if (from.has_seed()) to.seed = from.seed();
  std::int64_t threads = 0;
  TSUGI_RETURN_IF_ERROR(
      ReadWhole(Path("threads"), from.threads(), 0, limits::kMaxTrainingThreads, &threads));
  to.threads = static_cast<int>(threads);
  TSUGI_RETURN_IF_ERROR(ReadTrainingLabel(from.label(), &to.label));
  to.force = from.force();
  return to;
}

void FillTraining(const TrainingRecord& from, v1::Training* to) {
  to->set_training_id(from.id);
  to->set_state(static_cast<v1::TrainingState>(EnumNumber(from.state)));
  FillTime(from.started_at, to->mutable_started_at());
  if (from.ended_at.has_value()) FillTime(*from.ended_at, to->mutable_ended_at());
  FillTime(from.order.until.value_or(from.started_at), to->mutable_until());
  to->set_seed(from.order.seed);
  to->set_label(from.order.label);
  to->set_model_version(from.version);
  if (from.state == TrainingState::kFailed) FillError(from.error, to->mutable_error());
  for (const auto& [stage, elapsed] : from.steps) {
    v1::TrainingStep* step = to->add_steps();
    step->set_stage(stage);
    FillDuration(elapsed, step->mutable_elapsed());
  }
}

void FillProgress(const TrainingRecord& from, absl::Time now, v1::WatchTrainingResponse* to) {
  to->set_training_id(from.id);
  to->set_state(static_cast<v1::TrainingState>(EnumNumber(from.state)));
  to->set_stage(from.stage);
  to->set_fraction(from.fraction);
  to->set_message(Sentence(from));
  FillDuration(from.ended_at.value_or(now) - from.started_at, to->mutable_elapsed());
  to->set_model_version(from.version);
  if (from.state == TrainingState::kFailed) FillError(from.error, to->mutable_error());
}

}  // namespace tsugi
