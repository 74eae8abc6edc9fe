#include <wescrm/operation/paging.hpp>
#include <wescrm/web/operations.hpp>

namespace wescrm::web {
namespace {

using database::bind;
using operation::Context;
using operation::Effect;
using operation::Operation;
using operation::Paging;
using SignInId = StrongId<struct SignInIdTag, std::int64_t>;

struct ListSignIns {
    std::optional<UserId> user_id;
    std::optional<std::string> result;
    std::optional<Date> from;  ///< both inclusive, days of the company
    std::optional<Date> to;
    std::optional<std::int64_t> limit;
    std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListSignIns, (), (user_id, result, from, to, limit, cursor))

struct SignInRow {
    SignInId id;
    Instant at;
    std::string user_id;
    std::string user_name;
    std::string kind;
    std::string result;
    std::string address;
    std::string agent;
    std::string sort_key;
};
BOOST_DESCRIBE_STRUCT(SignInRow, (), (id, at, user_id, user_name, kind, result, address, agent, sort_key))

struct SignInItem {
    SignInId id;
    Instant at;
    std::string user_id;    ///< as WeCom gave it; empty: somebody from outside
    std::string user_name;  ///< empty: nobody we know
    std::string kind;       ///< webview, qr, setup, signout
    std::string result;     ///< ok, unknown, disabled, outsider
    std::string address;
    std::string agent;
};
BOOST_DESCRIBE_STRUCT(SignInItem, (), (id, at, user_id, user_name, kind, result, address, agent))

struct SignInPage {
    std::vector<SignInItem> items;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(SignInPage, (), (items, next_cursor))

Result<SignInPage> list_sign_ins(Context& ctx, ListSignIns const& input) {
    auto const paging = Paging::from({}, input.limit, input.cursor, {{"at", "l.at", "timestamptz"}}, "-at", "l.id");
    if (!paging) return paging.error();
    auto const after = paging->after();
    auto params = database::Params{
        bind("tenant", ctx.tenant()), bind("user", input.user_id), bind("result", input.result),
        bind("from", input.from ? std::optional{ctx.zone().start_of(*input.from)} : std::optional<Instant>{}),
        bind("to", input.to ? std::optional{ctx.zone().start_of(add_days(*input.to, 1))} : std::optional<Instant>{})};
    params.add(after.params);
    auto rows = ctx.sql().records<SignInRow>(
        "select l.id, l.at, coalesce(nullif(l.user_id, ''), e.user_id, ''), coalesce(e.name, ''), l.kind, l.result, "
        "l.address, l.agent, " +
            paging->key_column() +
            " from signin_log l left join employee e on e.tenant_id = l.tenant_id and e.id = l.employee_id where "
            "l.tenant_id = :tenant and (:user::text is null or l.user_id = :user or e.user_id = :user) and "
            "(:result::text "
            "is null or l.result = :result) and (:from::timestamptz is null or l.at >= :from) and (:to::timestamptz is "
            "null or l.at < :to)" +
            after.sql + paging->order(),
        params);
    auto page = SignInPage{};
    page.next_cursor = paging->cut(rows);
    for (auto& row : rows)
        page.items.push_back(
            {row.id, row.at, row.user_id, row.user_name, row.kind, row.result, row.address, row.agent});
    return page;
}

constexpr Operation<ListSignIns, SignInPage> sign_in_list{"signin.list", "登录日志",    "audit.view",
                                                          Effect::reads, list_sign_ins, {"GET", "/signin-log"}};

}  // namespace

void add_operations(operation::Catalogue& catalogue) { catalogue.add(sign_in_list); }

}  // namespace wescrm::web
