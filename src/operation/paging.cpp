#include <wescrm/base/encoding.hpp>
#include <wescrm/base/json.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/operation/paging.hpp>

#include <algorithm>

namespace wescrm::operation {

using database::bind;

namespace {

/// Whether PostgreSQL would take the text as a value of the type: cursors come from outside and may have been altered.
bool is_value(std::string_view type, std::string const& text) {
    if (type == "text") return true;
    try {
        if (type == "bigint") return std::to_string(database::ValueOf<std::int64_t>::from_text(text)) == text;
        if (type == "date") return format_date(database::ValueOf<Date>::from_text(text)) == text;
        if (text == "-infinity" || text == "infinity") return true;
        static_cast<void>(database::ValueOf<Instant>::from_text(text));
        return true;
    } catch (std::exception const&) {
        return false;
    }
}

}  // namespace

Result<Paging> Paging::from(std::optional<std::string> const& sort, std::optional<std::int64_t> limit,
                            std::optional<std::string> const& cursor, std::initializer_list<SortField> fields,
                            std::string_view default_sort, std::string_view id_sql) {
    auto paging = Paging{};
    paging.sort_ = sort.value_or(std::string{default_sort});
    paging.is_descending_ = paging.sort_.starts_with('-');
    auto const name = std::string_view{paging.sort_}.substr(paging.is_descending_ ? 1 : 0);
    auto const field =
        std::find_if(fields.begin(), fields.end(), [&](SortField const& known) { return known.name == name; });
    if (field == fields.end()) {
        auto names = std::vector<std::string>{};
        for (auto const& known : fields) names.emplace_back(known.name);
        return invalid_field("sort", "只能按这些字段排序：" + text::join(names, "、"));
    }
    paging.field_sql_ = field->sql;
    paging.type_ = field->type;
    paging.id_sql_ = id_sql;
    if (limit && (*limit < 1 || *limit > 200)) return invalid_field("limit", "应在 1 到 200 之间");
    paging.limit_ = static_cast<std::size_t>(limit.value_or(50));
    if (!cursor) return paging;
    auto const text = from_base64url(*cursor);
    auto const parts = text ? json::parse(*text) : Result<json::Document>{Errc::invalid_input};
    if (!parts || !parts->IsArray() || parts->Size() != 3 || !(*parts)[0].IsString() || !(*parts)[1].IsString() ||
        !(*parts)[2].IsInt64() || json::view((*parts)[0]) != paging.sort_ ||
        !is_value(field->type, std::string{json::view((*parts)[1])}))
        return invalid_field("cursor", "翻页位置无效，请从第一页重新开始");
    paging.after_key_ = std::string{json::view((*parts)[1])};
    paging.after_id_ = (*parts)[2].GetInt64();
    return paging;
}

Predicate Paging::after() const {
    if (!after_key_) return {};
    return {" and (" + field_sql_ + ", " + id_sql_ + ") " + (is_descending_ ? "<" : ">") + " (:page_key::" + type_ +
                ", :page_id::bigint)",
            {bind("page_key", *after_key_), bind("page_id", after_id_)}};
}

std::string Paging::order_by(std::string_view key, std::string_view id) const {
    auto const direction = is_descending_ ? std::string{" desc"} : std::string{};
    return " order by " + std::string{key} + direction + ", " + std::string{id} + direction + " limit " +
           std::to_string(limit_ + 1);
}

std::string Paging::cursor_after(std::string const& key, std::int64_t id) const {
    auto document = json::Document{rapidjson::kArrayType};
    auto& allocator = document.GetAllocator();
    document.PushBack(json::make_string(sort_, allocator), allocator)
        .PushBack(json::make_string(key, allocator), allocator);
    document.PushBack(json::Value{id}, allocator);
    return to_base64url(json::write(document));
}

}  // namespace wescrm::operation
