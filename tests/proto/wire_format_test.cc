// Keeps the public API from changing unnoticed: what the .proto files compile to is compared with
// proto/wire_format.txt. TSUGI_UPDATE_WIRE_FORMAT=add writes the listing anew where lines were only
// added, =break in any case; scripts/update_wire_format.sh does either.
#include "tests/proto/wire_format.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_join.h"

namespace tsugi::testing {
namespace {

using google::protobuf::FileDescriptorSet;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kListing[] = TSUGI_SOURCE_DIR "/proto/wire_format.txt";
constexpr char kDescriptors[] = TSUGI_BINARY_DIR "/proto/tsugi_v1.descriptors.bin";

Api CompiledApi() {
  FileDescriptorSet set;
  std::ifstream file(kDescriptors, std::ios::binary);
  EXPECT_TRUE(set.ParseFromIstream(&file)) << kDescriptors;
  return LinkApi(set, "tsugi.v1");
}

std::vector<std::string> ReadListing() {
  std::vector<std::string> lines;
  std::ifstream file(kListing);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  }
  return lines;
}

bool WriteListing(const std::vector<std::string>& lines) {
  std::ofstream file(kListing);
  file << "# The wire format of tsugi.v1, compared with the compiled .proto files by a test.\n"
          "# Written by scripts/update_wire_format.sh; lines are only ever added.\n"
       << absl::StrJoin(lines, "\n") << "\n";
  return file.flush().good();
}

TEST(WireFormat, IsTheListedOne) {
  const std::vector<std::string> compiled = WireFormat(CompiledApi());
  ASSERT_THAT(compiled, Not(IsEmpty()));
  const std::vector<std::string> listed = ReadListing();
  const std::vector<std::string> gone = Missing(listed, compiled);
  const char* update = std::getenv("TSUGI_UPDATE_WIRE_FORMAT");
  const std::string mode = update == nullptr ? "" : update;
  if (mode == "break" || (mode == "add" && gone.empty())) {
    ASSERT_TRUE(WriteListing(compiled)) << kListing;
    return;
  }
  EXPECT_THAT(gone, IsEmpty()) << "this breaks callers: keep names, numbers and types, and add "
                                  "beside them (before a first release: "
                                  "scripts/update_wire_format.sh --break)";
  EXPECT_THAT(Missing(compiled, listed), IsEmpty())
      << "the API grew; if that is meant, run scripts/update_wire_format.sh and commit the listing";
}

TEST(WireFormat, HasEveryServiceAndItsStreams) {
  const std::vector<std::string> lines = WireFormat(CompiledApi());
  EXPECT_THAT(lines, Contains("method RecommendationService.StreamSuggestions(stream "
                              "GetSuggestionsRequest) returns (stream StreamSuggestionsResponse)"));
  EXPECT_THAT(lines, Contains("method IngestionService.ImportEvents(stream ImportEventsRequest) "
                              "returns (ImportEventsResponse)"));
  EXPECT_THAT(lines, Contains("method TrainingService.WatchTraining(WatchTrainingRequest) returns "
                              "(stream WatchTrainingResponse)"));
  EXPECT_THAT(lines, Contains("enum NoOfferReason.NO_OFFER_REASON_CONTROL_GROUP = 11"));
}

TEST(WireFormat, EveryEnumerationStartsUnspecifiedAndPrefixesItsValues) {
  const Api api = CompiledApi();
  for (const auto* file : api.files) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const google::protobuf::EnumDescriptor& type = *file->enum_type(i);
      const std::string first = type.FindValueByNumber(0)->name();
      ASSERT_THAT(first, ::testing::EndsWith("_UNSPECIFIED"));
      const std::string prefix = first.substr(0, first.size() - std::string("UNSPECIFIED").size());
      for (int v = 0; v < type.value_count(); ++v) {
        EXPECT_THAT(type.value(v)->name(), ::testing::StartsWith(prefix)) << type.full_name();
      }
    }
  }
}

TEST(Comments, StandAtEveryFileMessageFieldValueAndMethod) {
  const Api api = CompiledApi();
  ASSERT_THAT(api.files, SizeIs(9));
  EXPECT_THAT(Uncommented(api), IsEmpty());
}

// The checks themselves, on an API that fits on a screen.

constexpr char kSmallApi[] = R"pb(
  file {
    name: "a.proto"
    package: "p"
    syntax: "proto3"
    message_type {
      name: "M"
      field { name: "b" number: 2 type: TYPE_INT32 label: LABEL_REPEATED }
      field { name: "a" number: 1 type: TYPE_ENUM type_name: ".p.E" label: LABEL_OPTIONAL }
      field { name: "c" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL oneof_index: 0 }
      oneof_decl { name: "o" }
      reserved_range { start: 5 end: 7 }
      reserved_name: "old"
    }
    enum_type {
      name: "E"
      value { name: "E_UNSPECIFIED" number: 0 }
    }
    service {
      name: "S"
      method { name: "Do" input_type: ".p.M" output_type: ".p.M" server_streaming: true }
    }
  }
)pb";

FileDescriptorSet SmallSet() {
  FileDescriptorSet set;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kSmallApi, &set));
  return set;
}

TEST(WireFormat, ListsFieldsByNumberWithLabelTypeAndOneof) {
  EXPECT_THAT(WireFormat(LinkApi(SmallSet(), "p")),
              ElementsAre("enum E.E_UNSPECIFIED = 0",              //
                          "field M.a = 1: E",                      //
                          "field M.b = 2: packed repeated int32",  //
                          "field M.c = 3: string in oneof o",      //
                          "reserved M 5 to 6",                     //
                          "reserved M old",                        //
                          "method S.Do(M) returns (stream M)"));
}

TEST(WireFormat, AChangeOfNumberTypeOrStreamShowsAsALineThatIsGone) {
  const std::vector<std::string> before = WireFormat(LinkApi(SmallSet(), "p"));
  FileDescriptorSet set = SmallSet();
  auto* file = set.mutable_file(0);
  file->mutable_message_type(0)->mutable_field(0)->set_number(4);
  file->mutable_message_type(0)->mutable_field(2)->set_type(
      google::protobuf::FieldDescriptorProto::TYPE_BYTES);
  file->mutable_service(0)->mutable_method(0)->set_server_streaming(false);
  const std::vector<std::string> after = WireFormat(LinkApi(set, "p"));
  EXPECT_THAT(Missing(before, after),
              ElementsAre("field M.b = 2: packed repeated int32",
                          "field M.c = 3: string in oneof o", "method S.Do(M) returns (stream M)"));
}

TEST(WireFormat, AnAdditionTakesNoLineAway) {
  const std::vector<std::string> before = WireFormat(LinkApi(SmallSet(), "p"));
  FileDescriptorSet set = SmallSet();
  auto* value = set.mutable_file(0)->mutable_enum_type(0)->add_value();
  value->set_name("E_NEW");
  value->set_number(1);
  const std::vector<std::string> after = WireFormat(LinkApi(set, "p"));
  EXPECT_THAT(Missing(before, after), IsEmpty());
  EXPECT_THAT(Missing(after, before), ElementsAre("enum E.E_NEW = 1"));
}

TEST(Comments, AFieldWithoutOneIsNamed) {
  FileDescriptorSet set = SmallSet();
  auto* location = set.mutable_file(0)->mutable_source_code_info()->add_location();
  for (const int step : {4, 0, 2, 0}) location->add_path(step);  // message 0, field 0: p.M.b
  for (const int at : {1, 0, 1}) location->add_span(at);
  location->set_leading_comments(" How many.");
  const std::vector<std::string> uncommented = Uncommented(LinkApi(set, "p"));
  EXPECT_THAT(uncommented, Contains("p.M.a"));
  EXPECT_THAT(uncommented, Contains("p.S.Do"));
  EXPECT_THAT(uncommented, Not(Contains("p.M.b")));
}

}  // namespace
}  // namespace tsugi::testing
