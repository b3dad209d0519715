#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "generator/catalogue.h"

namespace tsugi::generator {

std::string JoinIds(const Catalogue& catalogue, std::span<const ProductNumber> products) {
  return absl::StrJoin(products, ";", [&](std::string* out, ProductNumber number) {
    out->append(catalogue[number].id);
  });
}

std::string JoinMonths(std::uint16_t season) {
  std::string months;
  for (unsigned month = 1; month <= 12; ++month) {
    if ((season >> (month - 1) & 1U) == 0) continue;
    absl::StrAppend(&months, months.empty() ? "" : ";", month);
  }
  return months;
}

void Catalogue::WriteVersion(const Product& product, Seconds observed_at, CsvWriter* file) const {
  const Article none{};
  const Article& article =
      product.article < 0 ? none : Articles()[static_cast<std::size_t>(product.article)];
  const bool sold = observed_at < product.discontinued;
  file->Text(product.id).Text(product.name).Text(product.category).Text(product.kind);
  file->Text(product.family);
  if (product.tier > 0) {
    file->Number(product.tier);
  } else {
    file->Empty();
  }
  file->Money(product.PriceAt(observed_at)).Money(product.unit_cost);
  file->Flag(sold || product.sold_out).Flag(sold || !product.sold_out);
  file->Flag(article.interval_days > 0).Flag(article.durable).Text(JoinMonths(article.season));
  file->Text(JoinIds(*this, product.goes_with)).Text(JoinIds(*this, product.contents));
  if (product.usage_limit > 0) {
    file->Number(product.usage_limit);
  } else {
    file->Empty();
  }
  file->Number(product.billing_months).Time(observed_at).EndRow();
}

void Catalogue::Write(Seconds end, CsvWriter* file) const {
  for (const Product& product : products_) {
    WriteVersion(product, product.launched, file);
    const bool repriced = product.repriced < end && product.repriced < product.discontinued;
    if (repriced) WriteVersion(product, product.repriced, file);
    if (product.discontinued < end) WriteVersion(product, product.discontinued, file);
  }
}

}  // namespace tsugi::generator
