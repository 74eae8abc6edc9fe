#include "needed_fields.hpp"

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::string_view prefix = "system.";
constexpr std::string_view change = ".change";

std::vector<std::string> emptied_in(json::Value const& input) {
    auto keys = std::vector<std::string>{};
    if (!input.IsObject()) return keys;
    for (auto const& member : input.GetObject())
        if (member.value.IsNull()) keys.push_back(std::string{prefix} + std::string{json::view(member.name)});
    return keys;
}

std::optional<Error> refuse_emptied(Context& ctx, std::string const& object, json::Value const& input) {
    auto const keys = emptied_in(input);
    if (keys.empty()) return std::nullopt;
    auto problems = std::vector<FieldError>{};
    for (auto const& [key, label] : ctx.sql().rows<std::string, std::string>(
             "select key, definition ->> 'label' from field where tenant_id = :tenant and object = :object and key = "
             "any(:keys::text[]) and deleted_at is null and (definition ->> 'required')::boolean order by position",
             {bind("tenant", ctx.tenant()), bind("object", object), bind("keys", keys)}))
        problems.push_back({key.substr(prefix.size()), label + "不能为空"});
    if (problems.empty()) return std::nullopt;
    auto message = "内容有误：" + problems.front().message;
    return Error{Errc::invalid_input, "invalid", std::move(message), std::move(problems)};
}

}  // namespace

void keep_needed(Entry& entry) {
    if (!entry.name.ends_with(change)) return;
    auto object = std::string{entry.name.substr(0, entry.name.size() - change.size())};
    auto const takes_own = std::ranges::find(entry.input, "custom", &FieldDescription::name) != entry.input.end();
    if (!takes_own) return;
    entry.invoke = [object = std::move(object), permission = entry.permission, run = std::move(entry.invoke)](
                       Context& ctx, json::Value const& input) -> Result<json::Document> {
        if (ctx.may(permission))
            if (auto refused = refuse_emptied(ctx, object, input)) return *refused;
        return run(ctx, input);
    };
}

}  // namespace wescrm::operation
