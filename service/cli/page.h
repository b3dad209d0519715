// What an evaluation found, said once: paragraphs, tables and plots that are printed as text on a
// terminal and written as one HTML file without outside resources (`--report FILE`).
#ifndef TSUGI_SERVICE_CLI_PAGE_H_
#define TSUGI_SERVICE_CLI_PAGE_H_

#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "service/cli/invocation.h"
#include "service/cli/table.h"

namespace tsugi::cli {

class Page {
 public:
  explicit Page(std::string title) : title_(std::move(title)) {}

  Page& Heading(std::string text);
  Page& Say(std::string text);   // a paragraph
  Page& Note(std::string text);  // an item of a list
  Page& Add(Table table);
  Page& Plot(std::string svg, std::string caption);  // HTML only

  void PrintText(std::ostream& out) const;
  std::string Html() const;

 private:
  struct Line {
    enum class Kind { kHeading, kParagraph, kNote } kind;
    std::string text;
  };
  struct Figure {
    std::string svg;
    std::string caption;
  };

  std::string title_;
  std::vector<std::variant<Line, Table, Figure>> parts_;
};

// `--report FILE` of an evaluation.
void AddReportOption(CLI::App& command, std::string& path);

// The end of an evaluation: one line of JSON or the page as text to invocation.out, and the page to
// `report_path` where that is given. Errors: of writing the file, naming it.
absl::Status Show(const Invocation& invocation, const Page& page, const std::string& json,
                  const std::string& report_path);

// & < > and quotes as HTML writes them.
std::string EscapeHtml(const std::string& text);

}  // namespace tsugi::cli

#endif  // TSUGI_SERVICE_CLI_PAGE_H_
