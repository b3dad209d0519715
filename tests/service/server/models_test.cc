#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "proto/tsugi/v1/model_service.grpc.pb.h"
#include "proto/tsugi/v1/recommendation_service.grpc.pb.h"
#include "proto/tsugi/v1/training_service.grpc.pb.h"
#include "tests/service/server/live_server.h"

namespace tsugi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::tsugi::testing::LiveServer;

// Asks without a pause until told to stop; counts what failed and which models answered.
class Asker {
 public:
  explicit Asker(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::RecommendationService::NewStub(channel)), thread_([this] { Run(); }) {}
  ~Asker() { Stop(); }

  void Stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int asked() const { return asked_; }
  int failed() const { return failed_; }
  const std::string& last_version() const { return last_version_; }  // after Stop

 private:
  void Run() {
    v1::GetSuggestionsRequest request;
    request.add_cart()->set_product_id("P4");
    request.set_dry_run(true);
    while (!stop_) {
      grpc::ClientContext context;
      v1::GetSuggestionsResponse response;
      const grpc::Status status = stub_->GetSuggestions(&context, request, &response);
      ++asked_;
      if (!status.ok() || response.suggestions().empty()) {
        ++failed_;
        ADD_FAILURE() << status.error_message() << response.ShortDebugString();
      }
      last_version_ = response.model_version();
    }
  }

  const std::unique_ptr<v1::RecommendationService::Stub> stub_;
  std::atomic<bool> stop_{false};
  std::atomic<int> asked_{0};
  std::atomic<int> failed_{0};
  std::string last_version_;
  std::thread thread_;
};

class ModelsTest : public ::testing::Test {
 protected:
  grpc::Status SetLabel(const std::string& label, const std::string& version,
                        v1::SetLabelResponse* response) {
    grpc::ClientContext context;
    v1::SetLabelRequest request;
    request.set_label(label);
    request.set_model_version(version);
    return models_->SetLabel(&context, request, response);
  }

  LiveServer live_;
  std::unique_ptr<v1::ModelService::Stub> models_ = v1::ModelService::NewStub(live_.channel());
};

TEST_F(ModelsTest, TwoHundredSwapsDropNoRequest) {
  Asker a(live_.channel());
  Asker b(live_.channel());
  for (int i = 0; i < 200; ++i) {
    v1::SetLabelResponse response;
    const std::string& next = i % 2 == 0 ? live_.versions().second : live_.versions().first;
    const grpc::Status status = SetLabel("stable", next, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.model().model_version(), next);
  }
  a.Stop();
  b.Stop();
  EXPECT_GT(a.asked(), 0);
  EXPECT_EQ(a.failed() + b.failed(), 0);
}

TEST_F(ModelsTest, OneCallGoesBack) {
  v1::SetLabelResponse response;
  ASSERT_TRUE(SetLabel("stable", live_.versions().second, &response).ok());
  EXPECT_EQ(response.previous_model_version(), live_.versions().first);
  const grpc::Status status = SetLabel("stable", "", &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.model().model_version(), live_.versions().first);
}

TEST_F(ModelsTest, TheCanaryCanBeTakenAway) {
  v1::SetLabelResponse response;
  ASSERT_TRUE(SetLabel("canary", live_.versions().second, &response).ok());
  EXPECT_THAT(response.model().labels(), ElementsAre("canary"));
  const grpc::Status status = SetLabel("canary", "", &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.previous_model_version(), live_.versions().second);
}

TEST_F(ModelsTest, ADamagedModelIsRefusedAndTheOldOneServes) {
  const std::string directory =
      live_.temp().File("models/versions/" + live_.versions().second + "/manifest.json");
  std::fstream file(directory, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(40);
  file.put('#');
  file.close();
  v1::SetLabelResponse response;
  const grpc::Status status = SetLabel("stable", live_.versions().second, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("checksum"));
  Asker asker(live_.channel());
  while (asker.asked() < 3) std::this_thread::yield();
  asker.Stop();
  EXPECT_EQ(asker.failed(), 0);
  EXPECT_EQ(asker.last_version(), live_.versions().first);
}

TEST_F(ModelsTest, ModelsAreListedInPagesAndDescribed) {
  v1::ListModelsRequest request;
  request.set_page_size(1);
  v1::ListModelsResponse first;
  v1::ListModelsResponse second;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(models_->ListModels(&context, request, &first).ok());
  }
  request.set_page_token(first.next_page_token());
  {
    grpc::ClientContext context;
    ASSERT_TRUE(models_->ListModels(&context, request, &second).ok());
  }
  EXPECT_EQ(second.next_page_token(), "");
  EXPECT_NE(first.models(0).model_version(), second.models(0).model_version());

  v1::GetModelRequest get;
  get.set_verify(true);
  v1::GetModelResponse model;
  grpc::ClientContext context;
  ASSERT_TRUE(models_->GetModel(&context, get, &model).ok());
  EXPECT_EQ(model.model().model_version(), live_.versions().first);
  EXPECT_EQ(model.model().integrity(), v1::INTEGRITY_OK);
  EXPECT_EQ(model.model().sizes().orders(), 200);
  EXPECT_GT(model.model().evaluation_report().fields_size(), 0);
}

TEST_F(ModelsTest, UnknownModelsAreNotFound) {
  grpc::ClientContext context;
  v1::GetModelRequest request;
  request.set_model_version("20990101-00000000");
  v1::GetModelResponse response;
  EXPECT_EQ(models_->GetModel(&context, request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(ModelsTest, TrainsAndSwapsWhileItServes) {
  Asker asker(live_.channel());
  const auto stub = v1::TrainingService::NewStub(live_.channel());
  v1::StartTrainingRequest request;
  request.set_seed(7);
  request.set_config("ials: {dim: 4, epochs: 1}");
  v1::StartTrainingResponse started;
  {
    grpc::ClientContext context;
    const grpc::Status status = stub->StartTraining(&context, request, &started);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  v1::WatchTrainingRequest watch;
  watch.set_training_id(started.training().training_id());
  grpc::ClientContext context;
  const auto reader = stub->WatchTraining(&context, watch);
  v1::WatchTrainingResponse progress;
  double fraction = 0;
  while (reader->Read(&progress)) {
    EXPECT_GE(progress.fraction(), fraction);
    fraction = progress.fraction();
  }
  ASSERT_TRUE(reader->Finish().ok());
  EXPECT_EQ(progress.state(), v1::TRAINING_STATE_SUCCEEDED) << progress.message();
  EXPECT_THAT(progress.model_version(), Not(IsEmpty()));
  const int before = asker.asked();
  while (asker.asked() < before + 3) std::this_thread::yield();  // begun after the swap
  asker.Stop();
  EXPECT_EQ(asker.failed(), 0);
  EXPECT_EQ(asker.last_version(), progress.model_version());
  v1::ListTrainingsResponse list;
  grpc::ClientContext list_context;
  ASSERT_TRUE(stub->ListTrainings(&list_context, {}, &list).ok());
  ASSERT_EQ(list.trainings_size(), 1);
  EXPECT_GT(list.trainings(0).steps_size(), 0);
}

TEST_F(ModelsTest, UnknownTrainingsAreNotFound) {
  const auto stub = v1::TrainingService::NewStub(live_.channel());
  v1::WatchTrainingRequest watch;
  watch.set_training_id("training-000099");
  grpc::ClientContext context;
  const auto reader = stub->WatchTraining(&context, watch);
  v1::WatchTrainingResponse progress;
  EXPECT_FALSE(reader->Read(&progress));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
  v1::CancelTrainingRequest cancel;
  cancel.set_training_id("training-000099");
  v1::CancelTrainingResponse cancelled;
  grpc::ClientContext cancel_context;
  EXPECT_EQ(stub->CancelTraining(&cancel_context, cancel, &cancelled).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace tsugi
