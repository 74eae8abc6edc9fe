#include "page_frame.hpp"


#include <cstdio>

namespace wescrm::web {
namespace {

using database::bind;

json::Document copy_of(json::Value const& value) {
    auto copy = json::Document{};
    copy.CopyFrom(value, copy.GetAllocator());
    return copy;
}

// The entry with the longest address that the request's path begins with is the current one.
std::string_view current_of(std::vector<NavigationItem> const& navigation, std::string_view path) {
    auto best = std::string_view{};
    auto longest = std::size_t{0};
    auto const consider = [&](NavigationItem const& item, std::string_view beginning) {
        if (!path.starts_with(beginning) || beginning.size() <= longest) return;
        best = item.path;
        longest = beginning.size();
    };
    for (auto const& item : navigation) {
        consider(item, item.path);
        for (auto const& other : item.covers) consider(item, other);
    }
    return best;
}

json::Value item_value(NavigationItem const& item, bool is_current, json::Allocator& allocator) {
    auto value = json::Value{rapidjson::kObjectType};
    json::set(value, "path", item.path, allocator);
    json::set(value, "label", item.label, allocator);
    json::set(value, "icon", item.icon, allocator);
    json::set(value, "current", json::Value{is_current}, allocator);
    return value;
}

constexpr auto warned_before_end = days{14};

// What remains of a trial, or that the time is over; nothing while there is nothing to say.
void set_plan(json::Value& data, operation::Actor const& actor, bool is_trial, Instant now,
              json::Allocator& allocator) {
    if (!actor.valid_until) return;
    auto const is_over = *actor.valid_until <= now;
    auto const left = std::chrono::ceil<days>(*actor.valid_until - now);
    if (!is_over && !is_trial && left > warned_before_end) return;
    auto plan = json::Value{rapidjson::kObjectType};
    json::set(plan, "over", json::Value{is_over}, allocator);
    json::set(plan, "trial", json::Value{is_trial && !is_over}, allocator);
    json::set(plan, "ending", json::Value{!is_trial && !is_over}, allocator);
    json::set(plan, "left", json::Value{static_cast<std::int64_t>(left.count())}, allocator);
    json::set(plan, "until", format_date(actor.zone.date(*actor.valid_until)), allocator);
    json::set(data, "plan", std::move(plan), allocator);
}

}  // namespace

std::string short_name(std::string_view name) {
    auto at = name.size();
    for (auto shown = 0; at > 0 && shown < 2;) {
        --at;
        if ((static_cast<unsigned char>(name[at]) & 0xC0U) != 0x80U) ++shown;
    }
    return std::string{name.substr(at)};
}

Frame make_frame(database::Session& sql, operation::Actor const& actor, Visitor const& visitor,
                 std::vector<NavigationItem> const& navigation, std::string_view path, Instant now) {
    auto frame = Frame{};
    frame.csrf = visitor.csrf;
    auto& allocator = frame.data.GetAllocator();
    auto const company = sql.row<std::string, std::string, bool>(
        "select coalesce(nullif(settings ->> 'short_name', ''), name), coalesce(settings ->> 'logo_url', ''), plan = "
        "'trial' from tenant where id = :tenant",
        {bind("tenant", actor.tenant)});
    json::set(frame.data, "company", company ? std::get<0>(*company) : "", allocator);
    // Pages load nothing from other hosts, so only a logo that we serve is shown.
    auto const logo = company && std::get<1>(*company).starts_with("/") ? std::get<1>(*company) : std::string{};
    json::set(frame.data, "logo", logo, allocator);
    json::set(frame.data, "person", actor.name, allocator);
    json::set(frame.data, "person_short", short_name(actor.name), allocator);
    auto const current = current_of(navigation, path);
    auto work = json::Value{rapidjson::kArrayType};
    auto administration = json::Value{rapidjson::kArrayType};
    for (auto const& item : navigation) {
        if (!actor.may(item.permission)) continue;
        (item.group.empty() ? work : administration)
            .PushBack(item_value(item, item.path == current, allocator), allocator);
    }
    json::set(frame.data, "work", std::move(work), allocator);
    json::set(frame.data, "administration", std::move(administration), allocator);
    json::set(frame.data, "signed_in", json::Value{true}, allocator);
    set_plan(frame.data, actor, company && std::get<2>(*company), now, allocator);
    return frame;
}

std::string frame_page(PageTemplates const& templates, View const& view, Frame const& frame,
                       std::string_view static_version) {
    auto data = copy_of(frame.data);
    auto& allocator = data.GetAllocator();
    auto inner = copy_of(view.data);
    json::set(inner, "csrf", frame.csrf, inner.GetAllocator());
    json::set(data, "title", view.title, allocator);
    json::set(data, "csrf", frame.csrf, allocator);
    json::set(data, "toast", view.toast, allocator);
    json::set(data, "static_version", static_version, allocator);
    json::set(data, "content", templates.render(view.page, inner), allocator);
    return templates.render("frame", data);
}

json::Document error_data(Error const& error, std::string_view request_id, int status) {
    auto data = json::Document{rapidjson::kObjectType};
    auto& allocator = data.GetAllocator();
    auto const is_ours = status >= 500;
    auto const title = status == 404   ? "没有找到，或您无权查看"
                       : status == 403 ? "没有权限"
                       : status == 409 ? "刚刚被别人改过"
                       : is_ours       ? "系统暂时无法完成"
                                       : "内容有误";
    json::set(data, "status", json::Value{status}, allocator);
    json::set(data, "title", title, allocator);
    json::set(data, "message", is_ours ? "已保存的内容不受影响，请稍后再试。" : std::string_view{error.message},
              allocator);
    json::set(data, "request_id", request_id, allocator);
    auto fields = json::Value{rapidjson::kArrayType};
    for (auto const& field : error.fields) fields.PushBack(json::make_string(field.message, allocator), allocator);
    json::set(data, "fields", std::move(fields), allocator);
    return data;
}

// Header values are ASCII: other characters as \u escapes.
std::string toast_event(std::string_view sentence) {
    auto data = json::Document{rapidjson::kObjectType};
    auto buffer = json::Buffer{};
    auto writer = rapidjson::Writer<json::Buffer, rapidjson::UTF8<>, rapidjson::ASCII<>>{buffer};
    json::set(data, "toast", sentence, data.GetAllocator());
    data.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace wescrm::web
