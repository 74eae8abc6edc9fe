#pragma once
#include <wescrm/base/result.hpp>
#include <wescrm/operation/access_scope.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace wescrm::operation {

/// A field by which a list may be sorted, as SQL that is never null ("coalesce(c.last_follow_at, '-infinity')"), with
/// its type.
struct SortField {
    std::string_view name;
    std::string_view sql;
    std::string_view type;  ///< timestamptz, text, bigint
};

/// One page of a list by keyset: stable while rows come and go, equally fast on every page.
class Paging {
public:
    /// `sort`: a field's name or "-name"; `cursor`: next_cursor of the page before. invalid_input naming `sort`,
    /// `limit` or `cursor`.
    [[nodiscard]] static Result<Paging> from(std::optional<std::string> const& sort, std::optional<std::int64_t> limit,
                                             std::optional<std::string> const& cursor,
                                             std::initializer_list<SortField> fields, std::string_view default_sort,
                                             std::string_view id_sql);

    /// The text of the sort value, to be selected as the last column ("sort_key").
    [[nodiscard]] std::string key_column() const { return "(" + field_sql_ + ")::text"; }
    /// " and (…) < (…)" and its parameters; nothing on the first page.
    [[nodiscard]] Predicate after() const;
    /// " order by … limit n+1": one more than the page shows if there is a next one.
    [[nodiscard]] std::string order() const { return order_by(field_sql_, id_sql_); }
    /// The same over columns that carry the sort value and the id.
    [[nodiscard]] std::string order_by(std::string_view key, std::string_view id) const;
    /// The sort value.
    [[nodiscard]] std::string const& key() const noexcept { return field_sql_; }

    /// Cuts `rows` to the page and gives the next cursor. `key` and `id` of a row make it.
    template <class Row>
    std::optional<std::string> cut(std::vector<Row>& rows) const {
        if (rows.size() <= limit_) return std::nullopt;
        rows.resize(limit_);
        return cursor_after(rows.back().sort_key, rows.back().id.value());
    }

private:
    [[nodiscard]] std::string cursor_after(std::string const& key, std::int64_t id) const;

    std::string sort_;
    std::string field_sql_;
    std::string type_;
    std::string id_sql_;
    bool is_descending_ = false;
    std::size_t limit_ = 50;
    std::optional<std::string> after_key_;
    std::int64_t after_id_ = 0;
};

}  // namespace wescrm::operation
