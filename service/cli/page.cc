#include "service/cli/page.h"

#include <CLI/CLI.hpp>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace tsugi::cli {
namespace {

constexpr const char* kStyle = R"(
body{font:16px/1.5 system-ui,sans-serif;color:#1d2430;max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}
th,td{padding:.35rem .7rem;border-bottom:1px solid #d8dde6;text-align:left;vertical-align:top}
th{background:#f2f5f9}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:1.5rem 0}figcaption{color:#4d5866;font-size:.9rem}
.wide{overflow-x:auto})";

void AppendTable(const Table& table, std::string& out) {
  out += "<div class=\"wide\"><table>\n";
  for (std::size_t r = 0; r < table.rows().size(); ++r) {
    const char* const tag = r == 0 ? "th" : "td";
    out += "<tr>";
    for (std::size_t c = 0; c < table.rows()[r].size(); ++c) {
      absl::StrAppend(&out, "<", tag, table.right(c) ? " class=\"n\">" : ">",
                      EscapeHtml(table.rows()[r][c]), "</", tag, ">");
    }
    out += "</tr>\n";
  }
  out += "</table></div>\n";
}

}  // namespace

Page& Page::Heading(std::string text) {
  parts_.emplace_back(Line{Line::Kind::kHeading, std::move(text)});
  return *this;
}

Page& Page::Say(std::string text) {
  parts_.emplace_back(Line{Line::Kind::kParagraph, std::move(text)});
  return *this;
}

Page& Page::Note(std::string text) {
  parts_.emplace_back(Line{Line::Kind::kNote, std::move(text)});
  return *this;
}

Page& Page::Add(Table table) {
  parts_.emplace_back(std::move(table));
  return *this;
}

Page& Page::Plot(std::string svg, std::string caption) {
  parts_.emplace_back(Figure{std::move(svg), std::move(caption)});
  return *this;
}

void Page::PrintText(std::ostream& out) const {
  for (const auto& part : parts_) {
    if (const auto* line = std::get_if<Line>(&part); line != nullptr) {
      const bool heading = line->kind == Line::Kind::kHeading;
      const bool note = line->kind == Line::Kind::kNote;
      out << (heading ? "\n" : note ? "- " : "") << line->text << "\n";
    } else if (const auto* table = std::get_if<Table>(&part); table != nullptr) {
      table->Print(out);
    }
  }
}

std::string Page::Html() const {
  std::string out = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>",
      EscapeHtml(title_), "</title><style>", kStyle, "</style></head><body>\n<h1>",
      EscapeHtml(title_), "</h1>\n");
  bool in_list = false;
  for (const auto& part : parts_) {
    const auto* line = std::get_if<Line>(&part);
    const bool note = line != nullptr && line->kind == Line::Kind::kNote;
    if (note != in_list) out += note ? "<ul>\n" : "</ul>\n";
    in_list = note;
    if (line != nullptr) {
      const char* const tag = note ? "li" : line->kind == Line::Kind::kHeading ? "h2" : "p";
      absl::StrAppend(&out, "<", tag, ">", EscapeHtml(line->text), "</", tag, ">\n");
    } else if (const auto* table = std::get_if<Table>(&part); table != nullptr) {
      AppendTable(*table, out);
    } else {
      const auto& figure = std::get<Figure>(part);
      absl::StrAppend(&out, "<figure>", figure.svg, "<figcaption>", EscapeHtml(figure.caption),
                      "</figcaption></figure>\n");
    }
  }
  if (in_list) out += "</ul>\n";
  out += "</body></html>\n";
  return out;
}

void AddReportOption(CLI::App& command, std::string& path) {
  command.add_option("--report", path, "also write an HTML page with plots to this file");
}

absl::Status Show(const Invocation& invocation, const Page& page, const std::string& json,
                  const std::string& report_path) {
  if (invocation.json) {
    *invocation.out << json << "\n";
  } else {
    page.PrintText(*invocation.out);
  }
  if (report_path.empty()) return absl::OkStatus();
  std::ofstream file(report_path, std::ios::binary | std::ios::trunc);
  file << page.Html();
  file.close();
  if (file.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("report ", report_path, ": cannot be written"));
}

std::string EscapeHtml(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace tsugi::cli
