#include "field_words.hpp"

#include <wescrm/operation/last_writer.hpp>
#include <wescrm/operation/told_errors.hpp>

#include <algorithm>
#include <array>

namespace wescrm::operation {
namespace {

using database::bind;

// What lists are ordered and filtered by and no form asks for.
constexpr auto unasked = std::to_array<std::pair<std::string_view, std::string_view>>({{"last_follow_at", "最后跟进"},
                                                                                       {"next_contact_at", "下次联系"},
                                                                                       {"recycle_due_at", "公海到期"},
                                                                                       {"deal_status", "成交状态"},
                                                                                       {"received_fen", "已回款"},
                                                                                       {"outstanding_fen", "未回款"},
                                                                                       {"score", "评分"},
                                                                                       {"tags", "标签"}});

// What the company calls the field on its form, else what the form of a new record calls it.
std::string title_of(Context& ctx, Catalogue const& catalogue, std::string const& kind, std::string const& field) {
    if (auto const own = ctx.sql().value<std::string>(
            "select definition ->> 'label' from field where tenant_id = :tenant and object = :object and key = "
            "'system.' || :field::text and deleted_at is null",
            {bind("tenant", ctx.tenant()), bind("object", kind), bind("field", field)});
        own && !own->empty())
        return *own;
    if (auto const* create = catalogue.find(kind + ".create"))
        if (auto const asked = std::ranges::find(create->input, field, &FieldDescription::name);
            asked != create->input.end() && !asked->label.empty())
            return asked->label;
    auto const known = std::ranges::find(unasked, field, &std::pair<std::string_view, std::string_view>::first);
    return known == unasked.end() ? std::string{} : std::string{known->second};
}

Error with_field_title(Context& ctx, Catalogue const& catalogue, Entry const& entry, json::Value const& input,
                       Error error) {
    if (error.reason != "hidden_field" || error.fields.empty()) return error;
    auto& refused = error.fields.front();
    auto const kind = std::string{entry.permission.substr(0, entry.permission.find('.'))};
    auto const title = title_of(ctx, catalogue, kind, field_asked(input, refused.field));
    if (title.empty()) return error;
    error.message = hidden_field_words("「" + title + "」", refused.field == "sort");
    refused.message = error.message;
    return error;
}

}  // namespace

std::string hidden_field_words(std::string const& what, bool is_order) {
    return "您的角色看不到" + what +
           (is_order ? "，不能按它排序。请换一个字段排序，" : "，不能按它筛选。请去掉这个条件，") +
           "或请管理员在“角色权限”里放开";
}

Error told(Context& ctx, Catalogue const& catalogue, Entry const& entry, json::Value const& input, Error error) {
    return with_field_title(ctx, catalogue, entry, input,
                            with_last_writer(ctx, catalogue, entry, input, std::move(error)));
}

}  // namespace wescrm::operation
