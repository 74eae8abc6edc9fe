#include "customers.hpp"
#include "followups.hpp"
#include "rows.hpp"

#include <wescrm/base/pinyin.hpp>
#include <wescrm/base/text.hpp>
#include <wescrm/sales/names.hpp>

#include <algorithm>
#include <array>

namespace wescrm::sales {
namespace {

using database::bind;
using operation::Power;
using operation::SortField;

struct CustomerRow : Customer {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(CustomerRow, (Customer), (sort_key))
struct EventRow : OwnershipEvent {
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(EventRow, (OwnershipEvent), (sort_key))

constexpr std::int64_t default_found = 5;
constexpr std::int64_t most_found = 20;
constexpr int shown_followups = 5;

// How many records with the right letters are ranked; a word that more have is no good word.
constexpr int ranked_candidates = 200;

}  // namespace

CustomerDetail detail_of(operation::Context& ctx, CustomerId id) {
    auto customers = Customers{ctx};
    auto detail = CustomerDetail{};
    static_cast<Customer&>(detail) = customers.find(id).value();
    detail.team = customers.team(id);
    detail.contacts = contacts_of(ctx, id);
    detail.followups = last_followups(ctx, id, shown_followups);
    return detail;
}

Result<CustomerDetail> show_customer(operation::Context& ctx, OneCustomer const& input) {
    if (auto const visible = insist_visible(ctx, input.id); !visible) return visible.error();
    return detail_of(ctx, input.id);
}

Result<CustomerPage> list_customers(operation::Context& ctx, ListCustomers const& input) {
    auto const paging =
        operation::Paging::from(input.sort, input.limit, input.cursor,
                                {SortField{"name", "c.name", "text"},
                                 {"no", "c.no", "text"},
                                 {"created_at", "c.created_at", "timestamptz"},
                                 {"updated_at", "c.updated_at", "timestamptz"},
                                 {"last_follow_at", "coalesce(c.last_follow_at, '-infinity')", "timestamptz"},
                                 {"next_contact_at", "coalesce(c.next_contact_at, 'infinity')", "timestamptz"}},
                                "-updated_at", "c.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(input.deleted ? "c.deleted_at is not null" : "c.deleted_at is null");
    filter.where(ctx.scope().rows("customer", Power::read, "c"));
    if (input.q)
        filter.where("c.search_keys like :q", "q", contains_pattern(text::to_lower(text::normalised(*input.q))));
    filter.where_given(input.owner, "o.user_id = :owner", "owner");
    filter.where_given(input.department, std::string{in_department_tree} + "c.owner_id and :department = any(d.path))",
                       "department");
    filter.where_given(input.level, "c.level = :level", "level");
    filter.where_given(input.industry, "c.industry = :industry", "industry");
    filter.where_given(input.source, "c.source = :source", "source");
    filter.where_given(input.deal_status, "c.deal_status = :deal_status", "deal_status");
    if (input.from) filter.where("c.created_at >= :from_at", "from_at", ctx.zone().start_of(*input.from));
    if (input.to) filter.where("c.created_at < :to_at", "to_at", ctx.zone().start_of(add_days(*input.to, 1)));
    if (input.not_followed_days)
        filter.where("coalesce(c.last_follow_at, c.acquired_at) < :idle_since", "idle_since",
                     ctx.zone().start_of(add_days(ctx.today(), -static_cast<int>(*input.not_followed_days))));
    filter.page(*paging);
    return page_of<CustomerPage>(
        ctx.sql().records<CustomerRow>("select " + customer_columns + ", " + paging->key_column() + customer_joins +
                                           "where c.tenant_id = :tenant" + filter.sql(),
                                       filter.params()),
        *paging);
}

namespace {

// The words of what was typed as conditions on customer_word: every pair of letters, or the beginning of the pinyin, or
// a phone.
struct WordQuery {
    std::string sql;
    database::Params params;
};

WordQuery pairs_query(TypedWords const& typed) {
    auto query =
        WordQuery{"select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = :w0", {}};
    for (std::size_t i = 0; i < typed.pairs.size(); ++i) {
        auto const name = "w" + std::to_string(i);
        query.params.add(database::named(name, typed.pairs[i]));
        if (i > 0)
            query.sql +=
                " and exists (select 1 from customer_word v where v.tenant_id = :tenant and v.word = :" + name +
                " and v.customer_id = w.customer_id)";
    }
    return query;
}

// Beginnings by the byte order of the column's collation: usable below row-level security, unlike `like`.
WordQuery pinyin_query(TypedWords const& typed) {
    return {
        "select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word >= :from and w.word < :upto",
        {bind("from", "~" + typed.plain), bind("upto", "~" + typed.plain + "{")}};
}

WordQuery phone_query(TypedWords const& typed, std::optional<std::string> const& phone) {
    return {"select w.customer_id from customer_word w where w.tenant_id = :tenant and w.word = any(:words::text[])",
            {bind("words", std::vector<std::string>{"#" + typed.plain, "#" + phone.value_or(typed.plain)})}};
}

std::vector<FoundCustomer> candidates(operation::Context& ctx, WordQuery const& words, TypedWords const& typed,
                                      std::string_view as_typed, std::int64_t limit) {
    auto const scope = ctx.scope().rows("customer", Power::read, "c");
    auto params =
        database::Params{bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee),  bind("typed", as_typed),
                         bind("plain", typed.plain),   bind("core", name_core(as_typed)), bind("limit", limit)};
    params.add(words.params);
    params.add(scope.params);
    return ctx.sql().records<FoundCustomer>(
        "with hit as materialized (select distinct h.customer_id from (" + words.sql + " limit " +
            std::to_string(ranked_candidates * 10) +
            ") h), seen as (select c.*, case when lower(c.name) = lower(:typed) or lower(c.no) = :plain or c.mobile = "
            ":plain then 1 when "
            "lower(c.short_name) = :plain then 2 when c.name_core = :core then 3 when starts_with(c.name_core, :core) "
            "then 4 when "
            "position(:plain in c.search_keys) > 0 then 5 else 6 end as rank from hit join customer c on c.tenant_id = "
            ":tenant and c.id = "
            "hit.customer_id where c.deleted_at is null and " +
            scope.sql +
            ") "
            "select c.id, c.no, c.name, c.short_name, c.address, o.user_id, o.name, c.last_follow_at, c.rank from seen "
            "c left join employee o "
            "on o.tenant_id = :tenant and o.id = c.owner_id order by c.rank, coalesce(c.owner_id = :me, false) desc, "
            "greatest(c.updated_at, "
            "coalesce(c.last_follow_at, c.updated_at)) desc, c.id limit :limit::bigint",
        params);
}

// By the core of the whole name: at most one.
WordQuery core_query(std::string_view typed) {
    return {
        "select k.object_id as customer_id from duplicate_key k where k.tenant_id = :tenant and k.object = 'customer' "
        "and k.kind = "
        "'name_core' and k.value = :exact",
        {bind("exact", name_core(typed))}};
}

// By number: the one key that is not in customer_word.
WordQuery number_query(std::string_view typed) {
    auto number = std::string{};
    for (auto c : typed) number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return {"select n.id as customer_id from customer n where n.tenant_id = :tenant and n.no = :number",
            {bind("number", number)}};
}

}  // namespace

Result<FoundCustomers> search_customers(operation::Context& ctx, SearchCustomers const& input) {
    auto const typed = typed_words(input.words);
    auto const limit = std::clamp(input.limit.value_or(default_found), std::int64_t{1}, most_found);
    if (typed.pairs.empty()) return FoundCustomers{};
    auto queries = std::vector<WordQuery>{};
    if (typed.plain.starts_with("kh")) queries.push_back(number_query(typed.plain));
    if (auto const phone = normal_phone(input.words); typed.is_digits || phone)
        queries.push_back(phone_query(typed, phone));
    queries.push_back(core_query(input.words));
    queries.push_back(pairs_query(typed));
    // 宏达科技有限公司 finds 宏达科技股份.
    if (auto const core = typed_words(name_core(input.words)); core.plain != typed.plain)
        queries.push_back(pairs_query(core));
    if (typed.is_latin) queries.push_back(pinyin_query(typed));
    for (auto const& query : queries) {
        auto found = candidates(ctx, query, typed, text::trim(input.words), limit);
        if (!found.empty()) return FoundCustomers{std::move(found)};
    }
    return FoundCustomers{};
}

Result<OwnershipEventPage> list_ownership_events(operation::Context& ctx, ListOwnershipEvents const& input) {
    auto const paging = operation::Paging::from(input.sort, input.limit, input.cursor,
                                                {SortField{"at", "e.at", "timestamptz"}}, "-at", "e.id");
    if (!paging) return paging.error();
    auto filter = Filter{ctx.tenant()};
    filter.where(ctx.scope().rows("customer", Power::read, "c"));
    filter.where_given(input.object_id, "e.object_id = :object_id", "object_id").page(*paging);
    return page_of<OwnershipEventPage>(
        ctx.sql().records<EventRow>("select e.id, e.object, e.object_id, e.kind, f.user_id, t.user_id, "
                                    "e.from_department_id, e.to_department_id, e.high_sea_id, "
                                    "a.user_id, e.channel, e.reason, e.at, " +
                                        paging->key_column() +
                                        " from ownership_event e join customer c on c.tenant_id = "
                                        "e.tenant_id and c.id = e.object_id and e.object = 'customer' left join "
                                        "employee f on f.tenant_id = e.tenant_id and f.id = e.from_id "
                                        "left join employee t on t.tenant_id = e.tenant_id and t.id = e.to_id left "
                                        "join employee a on a.tenant_id = e.tenant_id and a.id = "
                                        "e.actor_id where e.tenant_id = :tenant" +
                                        filter.sql(),
                                    filter.params()),
        *paging);
}

}  // namespace wescrm::sales
