#include "family_operations.hpp"
#include "rows.hpp"

#include <wescrm/sales/ids.hpp>

#include <boost/describe/enum_to_string.hpp>

// What was deleted and can still be brought back, of every kind that has a recycle bin.
namespace wescrm::sales {
namespace {

using database::bind;
using operation::Effect;
using operation::FieldRule;
using operation::Operation;
using operation::Power;
using operation::SortField;

enum class Binned { customer, contact, lead, opportunity };
BOOST_DESCRIBE_ENUM(Binned, customer, contact, lead, opportunity)

struct BinItem {
    RecordId id;
    std::string object;
    std::string no;  ///< of a contact: its customer's name
    std::string name;
    std::optional<std::string> owner_name;
    Instant deleted_at;
    std::optional<std::string> deleted_by_name;
    Instant purged_at;                            ///< not before
    std::optional<std::string> merged_into_name;  ///< of a customer that went into another: undone there
    bool may_restore = false;
};
BOOST_DESCRIBE_STRUCT(BinItem, (),
                      (id, object, no, name, owner_name, deleted_at, deleted_by_name, purged_at, merged_into_name,
                       may_restore))
struct BinRow : BinItem {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(BinRow, (BinItem), (sort_key))
struct BinPage {
    std::vector<BinItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(BinPage, (), (items, next_cursor))

struct ListBin {
    Binned object = Binned::customer;
    std::optional<std::string> q;  ///< part of the name
    std::optional<std::string> sort;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListBin, (), (object, q, sort, limit, cursor))

std::vector<FieldRule> field_rules(ListBin const*) { return {{"object", "对象"}, {"q", "名称", {.max_length = 64}}}; }

/// What differs between the kinds.
struct BinSql {
    std::string number;
    std::string owner;
    std::string merged;
    std::string joins;
};

BinSql sql_of(Binned object) {
    if (object == Binned::contact)
        return {"c.name", "c.owner_id", "null",
                " join customer c on c.tenant_id = r.tenant_id and c.id = r.customer_id"};
    if (object == Binned::lead || object == Binned::opportunity) return {"r.no", "r.owner_id", "null", ""};
    return {"r.no", "r.owner_id", "i.name",
            " left join customer i on i.tenant_id = r.tenant_id and i.id = r.merged_into_id"};
}

Result<BinPage> list_bin(operation::Context& ctx, ListBin const& input) {
    auto const kind = std::string{boost::describe::enum_to_string(input.object, "")};
    if (!ctx.may(input.object == Binned::lead          ? "lead.view"
                 : input.object == Binned::opportunity ? "opportunity.view"
                                                       : "customer.view"))
        return Error{Errc::forbidden, "permission", "您的角色不能查看这种记录"};
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"deleted_at", "r.deleted_at", "timestamptz"}}, "-deleted_at", "r.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where("r.deleted_at is not null");
    filter.where(ctx.scope().rows(kind, Power::read, "r"));
    if (input.q) filter.where("r.name like :q", "q", contains_pattern(*input.q));
    // A contact of a deleted customer comes back with it.
    if (input.object == Binned::contact) filter.where("c.deleted_at is null");
    filter.page(*paging);
    auto const parts = sql_of(input.object);
    auto page = page_of<BinPage>(
        ctx.sql().records<BinRow>(
            "select r.id, '" + kind + "', " + parts.number +
                ", r.name, o.name, r.deleted_at, d.name, r.deleted_at + make_interval(days => coalesce((select "
                "(settings ->> 'recycle_bin_days')::integer from tenant where id = :tenant), 30)), " +
                parts.merged + ", " + (input.object == Binned::customer ? "r.merged_into_id is null" : "true") + ", " +
                paging->key_column() + " from " + kind + " r" + parts.joins +
                " left join employee o on o.tenant_id = r.tenant_id and o.id = " + parts.owner +
                " left join employee d on d.tenant_id = r.tenant_id and d.id = r.deleted_by where r.tenant_id = "
                ":tenant" +
                filter.sql(),
            filter.params()),
        *paging);
    for (auto& item : page.items)
        item.may_restore = item.may_restore && ctx.scope().allows(kind, Power::write, item.id.value());
    return page;
}

constexpr Operation<ListBin, BinPage> recycle_bin_list{"recycle_bin.list", "回收站", "self",
                                                       Effect::reads,      list_bin, {"GET", "/recycle-bin"}};

}  // namespace

void add_recycle_bin_operations(operation::Catalogue& catalogue) { catalogue.add(recycle_bin_list); }

}  // namespace wescrm::sales
