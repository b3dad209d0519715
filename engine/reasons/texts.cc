#include "engine/reasons/texts.h"

#include <array>
#include <cstddef>

namespace tsugi {
namespace {

constexpr std::array<TextRow, kTextCount> kCatalogue = {{
    {Text::kBoughtTogether, "bought_together",
     "In {orders} of {base_orders} orders with {base}, {times} times as often as by chance.",
     "{base}を含む{base_orders}件の注文のうち{orders}件で一緒に購入されています（偶然の{times}"
     "倍）。"},
    {Text::kBoughtTogetherSince, "bought_together",
     "In {orders} of {base_orders} orders with {base} since {since}, {times} times as often as by "
     "chance.",
     "{since}以降、{base}を含む{base_orders}件の注文のうち{orders}件で一緒に購入されています"
     "（偶然の{times}倍）。"},
    {Text::kBoughtTogetherSegment, "bought_together",
     "Customers like you ({segment}): in {orders} of {base_orders} orders with {base}, {times} "
     "times as often as by chance.",
     "同じタイプのお客様（{segment}）では、{base}を含む{base_orders}件の注文のうち{orders}"
     "件で一緒に購入されて"
     "います（偶然の{times}倍）。"},
    {Text::kGoesWith, "goes_with", "Made to go with {base}.",
     "{base}と合わせてお使いいただける商品です。"},
    {Text::kBoughtOnce, "bought_before", "You bought it on {date}.",
     "{date}にご購入いただいた商品です。"},
    {Text::kBoughtBefore, "bought_before", "You have bought it {count} times, last on {date}.",
     "これまでに{count}回ご購入いただいています（前回は{date}）。"},
    {Text::kPersonal, "personal", "Chosen by what you have bought before.",
     "これまでのご購入内容をもとに選びました。"},
    {Text::kFitsCart, "fits_cart", "Chosen by what is in your cart.",
     "カートの中の商品をもとに選びました。"},
    {Text::kFitsViewed, "fits_viewed", "Chosen by what you are looking at.",
     "ご覧になっている商品をもとに選びました。"},
    {Text::kPopular, "popular", "Often chosen: in about {percent} of orders.",
     "よく選ばれている商品です（注文の約{percent}）。"},
    {Text::kFromTheRange, "from_the_range", "Another product from our range.",
     "当店の取り扱い商品からのご案内です。"},
    {Text::kDiscount, "discount", "{price} instead of {list_price}, {percent} less.",
     "通常{list_price}のところ、{percent}引きの{price}です。"},

    {Text::kBetterModel, "better_model", "A better model of {base}, for {price} more.",
     "{base}の上位モデルです。差額は{price}です。"},
    {Text::kBetterModelFree, "better_model", "A better model of {base}, at no higher price.",
     "{base}の上位モデルを、追加料金なしでお選びいただけます。"},
    {Text::kNextTierLimit, "next_tier",
     "{product} has room for {to} instead of {from}, for {price} more {period}.",
     "{product}では利用上限が{from}から{to}に増えます。差額は{period}{price}です。"},
    {Text::kNextTierLimitFree, "next_tier",
     "{product} has room for {to} instead of {from}, at no higher price.",
     "{product}では利用上限が{from}から{to}に増え、料金は上がりません。"},
    {Text::kNextTierPrice, "next_tier",
     "{product} is a higher plan than {base}, for {price} more {period}.",
     "{product}は{base}の上位プランです。差額は{period}{price}です。"},
    {Text::kNextTierFree, "next_tier",
     "{product} is a higher plan than {base}, at no higher price.",
     "{product}は{base}の上位プランで、料金は上がりません。"},
    {Text::kUsageNearLimit, "usage_near_limit", "{percent} of the limit of {base} is in use.",
     "{base}の利用上限の{percent}をご利用中です。"},
    {Text::kRenewal, "renewal", "{base} renews on {date}.", "{base}は{date}に更新されます。"},
    {Text::kTrialEnding, "trial_ending", "The trial of {product} ends on {date}.",
     "{product}の無料体験は{date}に終了します。"},
    {Text::kTrialEndingPrice, "trial_ending",
     "The trial of {product} ends on {date}; it goes on for {price} {period}.",
     "{product}の無料体験は{date}に終了します。継続される場合は{period}{price}です。"},
    {Text::kAddOnFor, "add_on_for", "An add-on made for {base}, for {price} {period}.",
     "{base}専用の追加オプションです。料金は{period}{price}です。"},
    {Text::kAddOn, "add_on", "An add-on, for {price} {period}.",
     "追加オプションです。料金は{period}{price}です。"},

    {Text::kSeason, "season", "You bought {base}; it goes with the season.",
     "ご購入いただいた{base}と一緒に、今の季節にお使いいただけます。"},
    {Text::kReplenishment, "replenishment",
     "You buy it about every {days} days; the last time was {ago} days ago.",
     "約{days}日ごとにご購入いただいています（前回は{ago}日前）。"},
    {Text::kReplenishmentToday, "replenishment",
     "You buy it about every {days} days; the last time was less than a day ago.",
     "約{days}日ごとにご購入いただいています（前回から1日未満）。"},
    {Text::kBoughtRegularly, "bought_regularly", "You buy {base} about every {days} days.",
     "{base}を約{days}日ごとにご購入いただいています。"},
    {Text::kSubscribe, "subscribe_and_save",
     "It would come by itself every {days} days, as often as you buy it.",
     "ご購入の間隔に合わせて、{days}日ごとに自動でお届けします。"},
    {Text::kBundle, "bundle",
     "A set of {count} with {base}: {price} instead of {list_price}, which saves {saving}.",
     "{base}を含む{count}点のセットです。単品合計{list_price}のところ{price}で、{saving}"
     "お得です。"},
    {Text::kPromotion, "promotion", "Part of the campaign {campaign}, until {date}.",
     "キャンペーン「{campaign}」の対象商品です（{date}まで）。"},
    {Text::kCoupon, "coupon", "The price holds with the code {coupon}.",
     "クーポンコード「{coupon}」のご利用で、この価格になります。"},
    {Text::kSatisfaction, "satisfaction", "You rated us {score} out of {top} on {date}.",
     "{date}に{top}点満点で{score}点の評価をいただきました。"},
    {Text::kPostPurchase, "post_purchase", "It goes with {base}, which you ordered on {date}.",
     "{date}にご注文いただいた{base}と合わせてお使いいただけます。"},
    {Text::kWinBack, "win_back",
     "You used to order about every {days} days; the last order was on {date}.",
     "以前は約{days}日ごとにご注文いただいていました（最後のご注文は{date}）。"},
    {Text::kLostDeal, "lost_deal", "You considered {base}; that ended on {date}.",
     "{base}をご検討いただいていました（{date}に終了）。"},
    {Text::kSmallerPlan, "smaller_plan", "A smaller plan than {base}, for {price} {period}.",
     "{base}より小さなプランです。料金は{period}{price}です。"},
    {Text::kProration, "proration", "{due} is due today, and {price} {period} from {date}.",
     "本日のお支払いは{due}、{date}以降は{period}{price}です。"},
    {Text::kProrationNothing, "proration",
     "Nothing is due today, and {price} {period} from {date}.",
     "本日のお支払いはなく、{date}以降は{period}{price}です。"},

    {Text::kSayRenewal, "say_renewal",
     "Your {base} renews on {date}, so I would like to check with you whether it still fits.",
     "{base}のご契約が{date}に更新を迎えますので、現在のプランが合っているか、一緒に確認させて"
     "いただければと存じます。"},
    {Text::kSayUsage, "say_usage", "You are using {percent} of what {base} includes.",
     "現在、{base}の利用上限の{percent}をお使いいただいております。"},
    {Text::kSayLimit, "say_limit",
     "With {product} you would have room for {to} instead of {from}; that is {price} more "
     "{period}.",
     "{product}に変更されますと、利用上限が{from}から{to}に増えます。差額は{period}{price}で"
     "ございます。"},
    {Text::kSayLimitFree, "say_limit",
     "With {product} you would have room for {to} instead of {from}, and it would not cost you "
     "more.",
     "{product}に変更されますと、利用上限が{from}から{to}に増えますが、料金は上がりません。"},
    {Text::kSayPrice, "say_price",
     "{product} offers more than {base}; it would be {price} more {period}.",
     "{product}は{base}より充実した内容で、差額は{period}{price}でございます。"},
    {Text::kSayFree, "say_price",
     "{product} offers more than {base}, and it would not cost you more.",
     "{product}は{base}より充実した内容で、料金は上がりません。"},
    {Text::kSayTrial, "say_trial",
     "Your trial of {product} ends on {date}. How has it worked for you so far?",
     "{product}の無料体験が{date}に終了いたします。これまでの使い心地はいかがでしょうか。"},
    {Text::kSayTrialPrice, "say_trial_price",
     "If you would like to keep {product}, it is {price} {period}.",
     "{product}を引き続きご利用いただく場合は、{period}{price}でございます。"},
    {Text::kSayAddOn, "say_add_on",
     "{product} can be added to what you have, for {price} {period}.",
     "{product}は、現在のご契約に{period}{price}で追加いただけます。"},
    {Text::kSayTogether, "say_together",
     "{orders} of {base_orders} orders with {base} also include {product}.",
     "{base}を含む{base_orders}件のご注文のうち、{orders}件で{product}も一緒にお選びいただいて"
     "おります。"},
    {Text::kSaySuggest, "say_suggest", "May I suggest {product} to you? It is {price}.",
     "よろしければ、{product}もご案内させていただけますでしょうか。価格は{price}でございます。"},
    {Text::kSaySeason, "say_season",
     "Since you bought {base} from us: {product} is what many use with it at this time of the "
     "year.",
     "以前お求めいただいた{base}には、この季節、{product}を合わせてお使いになるのがおすすめです。"},
    {Text::kSayReplenishment, "say_replenishment",
     "You usually order {product} about every {days} days, so it may be time again.",
     "{product}はいつも約{days}日ごとにご注文いただいておりますので、そろそろかと存じます。"},
    {Text::kSaySubscribe, "say_subscribe",
     "If you like, {product} can come by itself every {days} days, for {price} each time; you can "
     "stop whenever you want.",
     "よろしければ、{product}を{days}日ごとに、1回{price}で定期的にお届けすることもできます。"
     "いつでもお止めいただけます。"},
    {Text::kSayBundle, "say_bundle",
     "There is a set with {base}: {product}, {price} instead of {list_price}, so you save "
     "{saving}.",
     "{base}を含むセット、{product}がございます。単品合計{list_price}のところ{price}で、{saving}"
     "お得でございます。"},
    {Text::kSayPromotion, "say_promotion",
     "{product} is part of our campaign {campaign} until {date}.",
     "{product}は、{date}まで開催中の「{campaign}」の対象でございます。"},
    {Text::kSaySatisfaction, "say_satisfaction",
     "Thank you for the {score} out of {top} that you gave us on {date}.",
     "{date}には{top}点満点で{score}点という評価をいただき、誠にありがとうございます。"},
    {Text::kSayPostPurchase, "say_post_purchase",
     "Thank you for your order of {date}. How do you like {base}?",
     "{date}にはご注文いただきありがとうございました。{base}の使い心地はいかがでしょうか。"},
    {Text::kSayWinBack, "say_win_back",
     "We have not heard from you since {date}. Is there anything that we could do better?",
     "{date}以降ご利用がなく、お変わりなくお過ごしでしょうか。至らない点がございましたら、ぜひ"
     "お聞かせください。"},
    {Text::kSayLostDeal, "say_lost_deal",
     "You looked at {base} until {date}. Has anything changed for you since?",
     "{date}まで{base}をご検討いただいておりましたが、その後、ご状況はいかがでしょうか。"},
    {Text::kSayLostPlan, "say_lost_plan", "{product} is {price} {period} today.",
     "{product}は現在、{period}{price}でございます。"},
    {Text::kSaySmallerPlan, "say_smaller_plan",
     "If {base} was more than you need: {product} is smaller, and {price} {period}.",
     "{base}では大きすぎるようでしたら、より小さな{product}が{period}{price}でございます。"},
    {Text::kSayProration, "say_proration",
     "If you change today, {due} is due now, and {price} {period} from {date}.",
     "本日変更されますと、今回のお支払いは{due}、{date}以降は{period}{price}でございます。"},
    {Text::kSayCoupon, "say_coupon",
     "The price holds with the code {coupon}; I can send it to you.",
     "クーポンコード「{coupon}」をお使いいただくと、この価格になります。後ほどお送りいたします。"},
    {Text::kSayDiscount, "say_discount", "At the moment it is {percent} below the usual price.",
     "ただいま通常価格より{percent}お安くご案内しております。"},
    {Text::kSayDetails, "say_details",
     "There is no need to decide today; may I send you the details?",
     "本日お決めいただく必要はございません。詳しい資料をお送りしてもよろしいでしょうか。"},

    {Text::kNoOpenComplaint, "open_complaint", "A complaint is open: help first, offer later.",
     "未解決のお申し出があります。ご案内より先に、解決を優先してください。"},
    {Text::kNoDetractor, "detractor",
     "The latest rating was low: find out why before offering anything.",
     "直近の評価が低いため、ご案内より先に理由をお伺いしてください。"},
    {Text::kNoConsent, "no_consent", "There is no consent to be approached with offers.",
     "ご案内の送付に同意をいただいていません。"},
    {Text::kNoMomentOpen, "no_moment_open", "This is not the moment for an offer.",
     "今はご案内に適した時期ではありません。"},
    {Text::kNoConditions, "conditions_not_met",
     "The conditions for an offer are not met at the moment.",
     "現在、ご案内の条件を満たしていません。"},
    {Text::kNoContactLimit, "contact_limit", "Enough contacts have been made for now.",
     "連絡回数の上限に達しています。"},
    {Text::kNoCandidate, "no_candidate", "There is nothing suitable to offer.",
     "ご案内できる商品がありません。"},
    {Text::kNoCoolingDown, "cooling_down", "What would suit was declined or put off not long ago.",
     "候補の商品は、最近お断りまたは保留のお返事をいただいています。"},
    {Text::kNoFiltered, "filtered", "The filter of this request leaves nothing to offer.",
     "指定された条件に合う商品がありません。"},
    {Text::kNoBelowMinimum, "below_minimum_value",
     "Nothing here is worth the customer's attention.",
     "お客様のお時間をいただくほどのご案内がありません。"},
    {Text::kNoControlGroup, "control_group",
     "Left without an offer on purpose, to measure what offers bring.",
     "効果測定のため、ご案内を控えています。"},
    {Text::kRetryAt, "retry_at", "Look again from {date}.", "{date}以降に改めてご確認ください。"},

    {Text::kPerMonth, "per_month", "a month", "1か月あたり"},
    {Text::kPerYear, "per_year", "a year", "1年あたり"},
    {Text::kPerMonths, "per_months", "every {months} months", "{months}か月あたり"},
}};

}  // namespace

Language LanguageOf(std::string_view name) {
  return name == "ja" ? Language::kJapanese : Language::kEnglish;
}

std::span<const TextRow> TextCatalogue() { return kCatalogue; }

const TextRow& RowOf(Text text) { return kCatalogue[static_cast<std::size_t>(text)]; }

std::string Fill(Text text, Language language, std::initializer_list<TextValue> values) {
  const TextRow& row = RowOf(text);
  const std::string_view from = language == Language::kJapanese ? row.japanese : row.english;
  std::string out;
  std::size_t size = from.size();
  for (const TextValue& value : values) size += value.value.size();
  out.reserve(size);
  std::size_t at = 0;
  while (at < from.size()) {
    const std::size_t open = from.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : from.find('}', open);
    if (close == std::string_view::npos) break;
    out += from.substr(at, open - at);
    const std::string_view name = from.substr(open + 1, close - open - 1);
    std::string_view put = from.substr(open, close - open + 1);
    for (const TextValue& value : values) {
      if (value.name == name) put = value.value;
    }
    out += put;
    at = close + 1;
  }
  out += from.substr(at);
  return out;
}

}  // namespace tsugi
