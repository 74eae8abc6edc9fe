#include "single.hpp"

#include <wescrm/sales/names.hpp>

// By what a row of a table means a record that is there, and what makes two rows the same.
namespace wescrm::exchange {
namespace {

std::string text_in(json::Value const& object, char const* member) {
    return json::find_string(object, member).value_or("");
}

sales::FollowupKeys followup_keys(SingleRow const& row) {
    auto keys = sales::FollowupKeys{};
    keys.target_type = text_in(row.input, "target_type");
    keys.target = sales::RecordId{std::stoll(text_in(row.input, "target_id"))};
    keys.content = text_in(row.input, "content");
    keys.author = text_in(row.input, "author_user_id");
    keys.followed_at = parse_rfc3339(text_in(row.input, "followed_at"));
    return keys;
}

std::optional<sales::KnownRecord> known_plan(operation::Context& ctx, SingleRow const& row) {
    auto const period = json::find_integer(row.input, "period");
    return row.order && period ? sales::plan_of_period(ctx, *row.order, *period) : std::nullopt;
}

}  // namespace

std::optional<sales::KnownRecord> known_record(operation::Context& ctx, SingleKind const& kind, SingleRow const& row) {
    if (row.known) return row.known;
    auto const name = text_in(row.input, "name");
    auto const& object = kind.object;
    if (object == "product") {
        auto const code = text_in(row.input, "code");
        return code.empty() ? std::nullopt : sales::product_by_code(ctx, code);
    }
    if (object == "price_book") return sales::price_book_by_name(ctx, name);
    if (object == "tag") return sales::tag_by_name(ctx, name);
    if (object == "payment_plan") return known_plan(ctx, row);
    if (object == "followup") return sales::followup_by_content(ctx, followup_keys(row));
    if (object == "opportunity") return sales::opportunity_by_keys(ctx, row.customer, name, row.no);
    if (object == "contact")
        return sales::contact_by_keys(ctx, *row.customer, name, sales::normal_phone(text_in(row.input, "mobile")));
    if (row.no.empty()) return std::nullopt;
    if (object == "payment") return sales::payment_by_no(ctx, row.no);
    return object == "invoice" ? sales::invoice_by_no(ctx, row.no) : sales::order_by_no(ctx, row.no);
}

std::vector<std::string> keys_of(SingleKind const& kind, SingleRow const& row) {
    if (kind.is_of_people) return {"person:" + std::to_string(row.known->id)};
    if (!row.no.empty()) return {"no:" + row.no};
    if (!row.group.empty()) return {"group:" + row.group};
    auto const name = text_in(row.input, "name");
    auto const& object = kind.object;
    if (object == "product") {
        auto const code = text_in(row.input, "code");
        return code.empty() ? std::vector<std::string>{} : std::vector<std::string>{"code:" + code};
    }
    if (object == "payment_plan") {
        auto const period = json::find_integer(row.input, "period");
        return period ? std::vector{"period:" + std::to_string(row.order->value()) + ":" + std::to_string(*period)}
                      : std::vector<std::string>{};
    }
    if (object == "followup") {
        auto const keys = followup_keys(row);
        return {"said:" + keys.target_type + ":" + std::to_string(keys.target.value()) + ":" + keys.author + ":" +
                text_in(row.input, "followed_at") + ":" + keys.content};
    }
    if (object == "tag") return {"name:" + name};
    if (object != "contact" && object != "opportunity") return {};
    auto const customer = std::to_string(row.customer->value());
    auto const phone = sales::normal_phone(text_in(row.input, "mobile"));
    if (object == "contact" && phone) return {"mobile:" + customer + ":" + *phone};
    return {"name:" + customer + ":" + name};
}

}  // namespace wescrm::exchange
