#include "access_kinds.hpp"
#include "own_operations.hpp"

#include <algorithm>

// What people keep for themselves on the pages of records: the ones they follow (关注), and lists as they like them.
namespace wescrm::operation {
namespace {

using database::bind;
using RecordId = StrongId<struct OwnViewRecordTag, std::int64_t>;
using ViewId = StrongId<struct SavedViewTag, std::int64_t>;

constexpr std::size_t longest_name = 20;
constexpr std::size_t longest_query = 1'000;
constexpr std::int64_t most_views = 30;

struct FollowRecord {
    std::string object;
    RecordId object_id;
};
BOOST_DESCRIBE_STRUCT(FollowRecord, (), (object, object_id))

struct Followed {
    bool is_followed = false;
};
BOOST_DESCRIBE_STRUCT(Followed, (), (is_followed))

struct SavedView {
    ViewId id;
    std::string object;
    std::string name;
    std::string query;
    std::int64_t version = 0;
    Instant created_at;
    Instant updated_at;
    std::optional<UserId> created_by;
};
BOOST_DESCRIBE_STRUCT(SavedView, (), (id, object, name, query, version, created_at, updated_at, created_by))

struct SavedViews {
    std::vector<SavedView> items;
};
BOOST_DESCRIBE_STRUCT(SavedViews, (), (items))

struct ListSavedViews {
    std::string object;
};
BOOST_DESCRIBE_STRUCT(ListSavedViews, (), (object))

struct SaveView {
    std::string object;
    std::string name;
    std::string query;
};
BOOST_DESCRIBE_STRUCT(SaveView, (), (object, name, query))

struct OneSavedView {
    ViewId id;
};
BOOST_DESCRIBE_STRUCT(OneSavedView, (), (id))

std::vector<FieldRule> field_rules(SaveView const*) {
    return {{"object", "对象", {.max_length = 30}},
            {"name", "视图名称", {.max_length = longest_name}, "华东重点客户"},
            {"query", "筛选条件", {.max_length = longest_query}}};
}

bool is_known(std::string_view object) {
    auto const& kinds = record_kinds();
    return std::any_of(kinds.begin(), kinds.end(), [object](auto const& kind) { return kind.name == object; });
}

Error unknown_object() { return invalid_field("object", "没有这类记录"); }

database::Params mine(Context& ctx, std::string_view object) {
    return {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("object", object)};
}

database::Params about(Context& ctx, FollowRecord const& input) {
    auto params = mine(ctx, input.object);
    params.add(bind("id", input.object_id));
    return params;
}

Result<Followed> show_followed(Context& ctx, FollowRecord const& input) {
    if (!is_known(input.object)) return unknown_object();
    if (!ctx.scope().allows(input.object, Power::read, input.object_id.value()))
        return Error{Errc::not_found, input.object};
    return Followed{ctx.sql()
                        .value<int>("select 1 from favourite where tenant_id = :tenant and employee_id = :me and "
                                    "object = :object and object_id = :id",
                                    about(ctx, input))
                        .has_value()};
}

Result<Followed> follow(Context& ctx, FollowRecord const& input) {
    if (auto const seen = show_followed(ctx, input); !seen) return seen.error();
    auto params = about(ctx, input);
    params.add(bind("now", ctx.now()));
    ctx.sql().execute(
        "insert into favourite (tenant_id, employee_id, object, object_id, created_at) values (:tenant, :me, :object, "
        ":id, :now) on conflict do nothing",
        params);
    ctx.nothing_to_audit();
    return Followed{true};
}

// Also for a record that is no longer seen: whoever followed it can leave it.
Result<Followed> unfollow(Context& ctx, FollowRecord const& input) {
    auto const deleted = ctx.sql().execute(
        "delete from favourite where tenant_id = :tenant and employee_id = :me and object = :object and object_id = "
        ":id",
        about(ctx, input));
    ctx.nothing_to_audit();
    if (deleted == 0) return Error{Errc::not_found, "favourite", "您没有关注这条记录"};
    return Followed{false};
}

constexpr std::string_view view_columns =
    "select v.id, v.object, v.name, v.query, v.version, v.created_at, v.updated_at, c.user_id from saved_view v left "
    "join employee c on c.tenant_id = v.tenant_id and c.id = v.created_by where v.tenant_id = :tenant and "
    "v.employee_id = :me ";

Result<SavedViews> list_views(Context& ctx, ListSavedViews const& input) {
    return SavedViews{ctx.sql().records<SavedView>(std::string{view_columns} + "and v.object = :object order by v.id",
                                                   mine(ctx, input.object))};
}

// A second one of the same name replaces the first.
Result<SavedView> save_view(Context& ctx, SaveView const& input) {
    if (!is_known(input.object)) return unknown_object();
    auto params = mine(ctx, input.object);
    auto const others = ctx.sql().value<std::int64_t>(
        "select count(*) from saved_view where tenant_id = :tenant and employee_id = :me and object = :object", params);
    if (others.value_or(0) >= most_views)
        return invalid_field("name", "最多保存 " + std::to_string(most_views) + " 个视图，请先删除不用的");
    params.add(bind("name", input.name));
    params.add(bind("query", input.query));
    params.add(bind("now", ctx.now()));
    auto const id = ctx.sql().value<ViewId>(
        "insert into saved_view (tenant_id, employee_id, object, name, query, created_at, updated_at, created_by) "
        "values (:tenant, :me, :object, :name, :query, :now, :now, :me) on conflict (tenant_id, employee_id, object, "
        "name) do update set query = excluded.query, updated_at = excluded.updated_at, version = saved_view.version + "
        "1 returning id",
        params);
    ctx.nothing_to_audit();
    auto found = mine(ctx, input.object);
    found.add(bind("id", id.value()));
    return ctx.sql().records<SavedView>(std::string{view_columns} + "and v.id = :id", found).front();
}

Result<Nothing> delete_view(Context& ctx, OneSavedView const& input) {
    auto const deleted =
        ctx.sql().execute("delete from saved_view where tenant_id = :tenant and employee_id = :me and id = :id",
                          {bind("tenant", ctx.tenant()), bind("me", ctx.actor().employee), bind("id", input.id)});
    ctx.nothing_to_audit();
    if (deleted == 0) return Error{Errc::not_found, "saved_view"};
    return Nothing{};
}

constexpr Operation<FollowRecord, Followed> favourite_show{
    "favourite.show", "是否已关注", "self", Effect::reads, show_followed, {"GET", "/favourites/{object}/{object_id}"}};
constexpr Operation<FollowRecord, Followed> favourite_add{
    "favourite.add", "关注", "self", Effect::writes, follow, {"PUT", "/favourites/{object}/{object_id}"}};
constexpr Operation<FollowRecord, Followed> favourite_remove{
    "favourite.remove", "取消关注", "self", Effect::writes, unfollow, {"DELETE", "/favourites/{object}/{object_id}"}};
constexpr Operation<ListSavedViews, SavedViews> view_list{"saved_view.list", "保存的视图", "self",
                                                          Effect::reads,     list_views,   {"GET", "/saved-views"}};
constexpr Operation<SaveView, SavedView> view_save{"saved_view.save", "保存视图", "self",
                                                   Effect::writes,    save_view,  {"POST", "/saved-views", 201}};
constexpr Operation<OneSavedView, Nothing> view_delete{
    "saved_view.delete", "删除视图", "self", Effect::writes, delete_view, {"DELETE", "/saved-views/{id}", 204}};

}  // namespace

void add_own_views(Catalogue& catalogue) {
    catalogue.add(favourite_show);
    catalogue.add(favourite_add);
    catalogue.add(favourite_remove);
    catalogue.add(view_list);
    catalogue.add(view_save);
    catalogue.add(view_delete);
}

}  // namespace wescrm::operation
