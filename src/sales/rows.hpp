#pragma once
#include <wescrm/operation/context.hpp>
#include <wescrm/operation/paging.hpp>
#include <wescrm/sales/ids.hpp>

namespace wescrm::sales {

/// A list query built from parts: every part brings its parameters.
class Filter {
public:
    explicit Filter(TenantId tenant) { params_.add(database::bind("tenant", tenant)); }
    Filter& where(std::string_view condition) {
        sql_ += " and " + std::string{condition};
        return *this;
    }
    template <class T>
    Filter& where(std::string_view condition, std::string name, T const& value) {
        params_.add(database::named(std::move(name), value));
        return where(condition);
    }
    template <class T>
    Filter& where_given(std::optional<T> const& value, std::string_view condition, std::string name) {
        return value ? where(condition, std::move(name), *value) : *this;
    }
    Filter& where(operation::Predicate const& predicate) {
        params_.add(predicate.params);
        return where(predicate.sql);
    }
    /// The same that names a few rows by ids: whatever else is asked is asked of each of them.
    Filter& where_named(operation::Predicate const& predicate) {
        names_rows_ = true;
        return where(predicate);
    }
    Filter& page(operation::Paging const& paging) {
        auto const after = paging.after();
        params_.add(after.params);
        sql_ += after.sql + paging.order();
        return *this;
    }
    [[nodiscard]] std::string const& sql() const { return sql_; }
    [[nodiscard]] database::Params const& params() const { return params_; }
    [[nodiscard]] bool names_rows() const { return names_rows_; }

private:
    std::string sql_;
    database::Params params_;
    bool names_rows_ = false;
};

/// Rows with a last column "sort_key" → a page of plain ones.
template <class Page, class Row>
Page page_of(std::vector<Row> rows, operation::Paging const& paging) {
    auto page = Page{};
    page.next_cursor = paging.cut(rows);
    for (auto& row : rows) page.items.push_back(std::move(row));
    return page;
}

/// The scope of a list, which may be that of one customer.
[[nodiscard]] inline operation::AccessScope scope_of(operation::Context& ctx, Filter const& filter,
                                                     std::optional<CustomerId> customer = {}) {
    return customer ? ctx.scope().at_customer(customer->value()) : ctx.scope().named(filter.names_rows());
}

/// For a like pattern: what somebody typed stands for itself.
[[nodiscard]] inline std::string contains_pattern(std::string_view typed) {
    auto pattern = std::string{"%"};
    for (auto c : typed) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + "%";
}

inline constexpr std::string_view in_department_tree =
    "exists (select 1 from employee_department m join department d on d.tenant_id = m.tenant_id and d.id = "
    "m.department_id where m.tenant_id "
    "= :tenant and m.employee_id = ";  ///< followed by the column and " and :department = any(d.path))"

}  // namespace wescrm::sales
