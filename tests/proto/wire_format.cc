#include "tests/proto/wire_format.h"

#include <algorithm>
#include <cstddef>
#include <set>

#include "absl/strings/str_cat.h"

namespace tsugi::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::OneofDescriptor;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

// `descriptor`'s full name without the package of its file, where that is `package`.
template <typename D>
std::string ShortName(const D& descriptor, const std::string& package) {
  const std::string prefix = package + ".";
  const std::string& name = descriptor.full_name();
  return name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name;
}

std::string TypeName(const FieldDescriptor& field, const std::string& package) {
  if (field.message_type() != nullptr) return ShortName(*field.message_type(), package);
  if (field.enum_type() != nullptr) return ShortName(*field.enum_type(), package);
  return field.type_name();
}

std::string LabelName(const FieldDescriptor& field) {
  if (field.is_repeated()) return field.is_packed() ? "packed repeated " : "repeated ";
  return field.has_optional_keyword() ? "optional " : "";
}

void ListEnum(const EnumDescriptor& descriptor, const std::string& package,
              std::vector<std::string>& lines) {
  const std::string name = ShortName(descriptor, package);
  for (int i = 0; i < descriptor.value_count(); ++i) {
    lines.push_back(absl::StrCat("enum ", name, ".", descriptor.value(i)->name(), " = ",
                                 descriptor.value(i)->number()));
  }
}

void ListMessage(const Descriptor& descriptor, const std::string& package,
                 std::vector<std::string>& lines) {
  const std::string name = ShortName(descriptor, package);
  std::vector<const FieldDescriptor*> fields;
  fields.reserve(static_cast<std::size_t>(descriptor.field_count()));
  for (int i = 0; i < descriptor.field_count(); ++i) fields.push_back(descriptor.field(i));
  std::sort(fields.begin(), fields.end(),
            [](const auto* a, const auto* b) { return a->number() < b->number(); });
  if (fields.empty()) lines.push_back(absl::StrCat("message ", name, " without fields"));
  for (const FieldDescriptor* field : fields) {
    const OneofDescriptor* oneof = field->real_containing_oneof();
    lines.push_back(
        absl::StrCat("field ", name, ".", field->name(), " = ", field->number(), ": ",
                     LabelName(*field), TypeName(*field, package),
                     oneof == nullptr ? "" : absl::StrCat(" in oneof ", oneof->name())));
  }
  for (int i = 0; i < descriptor.reserved_range_count(); ++i) {
    lines.push_back(absl::StrCat("reserved ", name, " ", descriptor.reserved_range(i)->start,
                                 " to ", descriptor.reserved_range(i)->end - 1));
  }
  for (int i = 0; i < descriptor.reserved_name_count(); ++i) {
    lines.push_back(absl::StrCat("reserved ", name, " ", descriptor.reserved_name(i)));
  }
  for (int i = 0; i < descriptor.enum_type_count(); ++i) {
    ListEnum(*descriptor.enum_type(i), package, lines);
  }
  for (int i = 0; i < descriptor.nested_type_count(); ++i) {
    ListMessage(*descriptor.nested_type(i), package, lines);
  }
}

void ListService(const ServiceDescriptor& descriptor, const std::string& package,
                 std::vector<std::string>& lines) {
  for (int i = 0; i < descriptor.method_count(); ++i) {
    const MethodDescriptor& method = *descriptor.method(i);
    lines.push_back(absl::StrCat("method ", ShortName(method, package), "(",
                                 method.client_streaming() ? "stream " : "",
                                 ShortName(*method.input_type(), package), ") returns (",
                                 method.server_streaming() ? "stream " : "",
                                 ShortName(*method.output_type(), package), ")"));
  }
}

// Collects the names of what carries no comment.
class CommentCheck {
 public:
  explicit CommentCheck(std::vector<std::string>& uncommented) : uncommented_(uncommented) {}

  void File(const FileDescriptor& file) {
    // A file's own comment stands above its `syntax` line: path {12} in FileDescriptorProto.
    SourceLocation location;
    if (!file.GetSourceLocation({google::protobuf::FileDescriptorProto::kSyntaxFieldNumber},
                                &location) ||
        location.leading_comments.empty()) {
      uncommented_.push_back(file.name());
    }
    for (int i = 0; i < file.message_type_count(); ++i) Message(*file.message_type(i));
    for (int i = 0; i < file.enum_type_count(); ++i) Enum(*file.enum_type(i));
    for (int i = 0; i < file.service_count(); ++i) {
      Check(*file.service(i));
      for (int m = 0; m < file.service(i)->method_count(); ++m) Check(*file.service(i)->method(m));
    }
  }

 private:
  template <typename D>
  void Check(const D& descriptor) {
    SourceLocation location;
    if (!descriptor.GetSourceLocation(&location) ||
        (location.leading_comments.empty() && location.trailing_comments.empty())) {
      uncommented_.push_back(descriptor.full_name());
    }
  }

  void Enum(const EnumDescriptor& descriptor) {
    Check(descriptor);
    for (int i = 0; i < descriptor.value_count(); ++i) Check(*descriptor.value(i));
  }

  void Message(const Descriptor& descriptor) {
    Check(descriptor);
    for (int i = 0; i < descriptor.field_count(); ++i) Check(*descriptor.field(i));
    for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {
      Check(*descriptor.oneof_decl(i));
    }
    for (int i = 0; i < descriptor.enum_type_count(); ++i) Enum(*descriptor.enum_type(i));
    for (int i = 0; i < descriptor.nested_type_count(); ++i) {
      // The entry of a map field is written by the compiler, not by us.
      if (!descriptor.nested_type(i)->options().map_entry()) Message(*descriptor.nested_type(i));
    }
  }

  std::vector<std::string>& uncommented_;
};

}  // namespace

Api LinkApi(const google::protobuf::FileDescriptorSet& set, const std::string& package) {
  Api api{std::make_unique<google::protobuf::DescriptorPool>(), {}};
  for (const google::protobuf::FileDescriptorProto& proto : set.file()) {
    const FileDescriptor* file = api.pool->BuildFile(proto);
    if (file == nullptr) return Api{};
    if (file->package() == package) api.files.push_back(file);
  }
  return api;
}

std::vector<std::string> WireFormat(const Api& api) {
  struct Section {
    std::string name;
    std::vector<std::string> lines;
  };
  std::vector<Section> sections;
  for (const FileDescriptor* file : api.files) {
    const std::string& package = file->package();
    for (int i = 0; i < file->message_type_count(); ++i) {
      ListMessage(*file->message_type(i), package,
                  sections.emplace_back(Section{file->message_type(i)->name(), {}}).lines);
    }
    for (int i = 0; i < file->enum_type_count(); ++i) {
      ListEnum(*file->enum_type(i), package,
               sections.emplace_back(Section{file->enum_type(i)->name(), {}}).lines);
    }
    for (int i = 0; i < file->service_count(); ++i) {
      ListService(*file->service(i), package,
                  sections.emplace_back(Section{file->service(i)->name(), {}}).lines);
    }
  }
  std::sort(sections.begin(), sections.end(),
            [](const Section& a, const Section& b) { return a.name < b.name; });
  std::vector<std::string> lines;
  for (const Section& section : sections) {
    lines.insert(lines.end(), section.lines.begin(), section.lines.end());
  }
  return lines;
}

std::vector<std::string> Missing(const std::vector<std::string>& from,
                                 const std::vector<std::string>& to) {
  const std::set<std::string> there(to.begin(), to.end());
  std::vector<std::string> missing;
  for (const std::string& line : from) {
    if (there.count(line) == 0) missing.push_back(line);
  }
  return missing;
}

std::vector<std::string> Uncommented(const Api& api) {
  std::vector<std::string> uncommented;
  CommentCheck check(uncommented);
  for (const FileDescriptor* file : api.files) check.File(*file);
  return uncommented;
}

}  // namespace tsugi::testing
