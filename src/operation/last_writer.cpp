#include <wescrm/base/text.hpp>
#include <wescrm/base/time.hpp>
#include <wescrm/operation/field_sight.hpp>
#include <wescrm/operation/last_writer.hpp>

#include <algorithm>

namespace wescrm::operation {
namespace {

using database::bind;

constexpr std::size_t named_at_most = 5;

struct LastWrite {
    std::optional<EmployeeId> actor;
    std::string actor_name;
    Instant at;
    std::string action;
    std::string after;
};
BOOST_DESCRIBE_STRUCT(LastWrite, (), (actor, actor_name, at, action, after))

std::optional<LastWrite> last_write(Context& ctx, std::string_view object, std::string_view id) {
    return ctx.sql().record<LastWrite>(
        "select a.actor_id, coalesce(e.name, '系统'), a.at, a.action, coalesce(a.after::text, '{}') from audit_log a "
        "left join employee e on e.tenant_id = a.tenant_id and e.id = a.actor_id where a.tenant_id = :tenant and "
        "a.object = :object and a.object_id = :id::bigint and (a.before is not null or a.after is not null) order by "
        "a.at desc, a.id desc limit 1",
        {bind("tenant", ctx.tenant()), bind("object", object), bind("id", id)});
}

// The labels of what was written, as the form that is refused calls them.
std::string labels_of(Context const& ctx, std::string_view object, Entry const& entry, std::string const& after) {
    auto const written = json::parse(after);
    if (!written || !written->IsObject()) return {};
    auto labels = std::vector<std::string>{};
    for (auto const& field : entry.input) {
        if (field.label.empty() || field.name == "version" || field.name == "id") continue;
        if (!json::find(*written, field.name) || is_hidden(ctx.actor(), object, field.name)) continue;
        labels.push_back(field.label);
    }
    auto const is_more = labels.size() > named_at_most;
    if (is_more) labels.resize(named_at_most);
    return text::join(labels, "、") + (is_more ? "等" : "");
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= 19 && std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Error with_last_writer(Context& ctx, Catalogue const& catalogue, Entry const& entry, json::Value const& input,
                       Error error) {
    if (error.code != Errc::stale || (error.reason != "version" && error.reason != "stale")) return error;
    auto const object = entry.name.substr(0, entry.name.find('.'));
    auto const id = input.IsObject() ? json::find_string(input, "id") : std::nullopt;
    if (!id || !is_id(*id)) return error;
    auto const last = last_write(ctx, object, *id);
    if (!last) return error;
    auto what = labels_of(ctx, object, entry, last->after);
    if (!what.empty()) {
        what.insert(0, "修改了");
    } else if (auto const* action = catalogue.find(last->action)) {
        what = action->title;
    }
    auto const who = last->actor && *last->actor == ctx.actor().employee ? "您自己" : last->actor_name;
    error.message += "（" + who + " " + format_for_people(last->at, ctx.zone(), ctx.now()) +
                     (what.empty() ? "" : " " + what) + "）";
    return error;
}

}  // namespace wescrm::operation
