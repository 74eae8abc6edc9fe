#include "../audit_words.hpp"
#include "../org_forms.hpp"
#include "../showing.hpp"
#include "detail.hpp"
#include "extras.hpp"
#include "form_shape.hpp"
#include "trade_moments.hpp"
#include "values.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace wescrm::pages::record {
namespace {

constexpr int moments_shown = 20;

struct Label {
    std::string_view word;
    std::string_view icon;
};

Label method_label(std::string_view method) {
    if (method == "call") return {"电话", "phone"};
    if (method == "visit") return {"拜访", "pin"};
    if (method == "wechat") return {"微信", "chat"};
    if (method == "wecom") return {"企微会话", "chat"};
    if (method == "sms") return {"短信", "chat"};
    if (method == "email") return {"邮件", "log"};
    if (method == "meeting") return {"会议", "people"};
    return {"跟进", "log"};
}

std::string_view event_word(std::string_view kind) {
    constexpr auto words = std::to_array<std::pair<std::string_view, std::string_view>>({{"create", "新建"},
                                                                                         {"claim", "从公海领取"},
                                                                                         {"assign", "分配"},
                                                                                         {"transfer", "转移"},
                                                                                         {"return", "退回公海"},
                                                                                         {"recycle", "自动划入公海"},
                                                                                         {"convert", "转化"},
                                                                                         {"handover", "交接"},
                                                                                         {"merge", "合并"},
                                                                                         {"unmerge", "撤销合并"}});
    for (auto const& [known, word] : words)
        if (known == kind) return word;
    return "归属变化";
}

// Names of colleagues, each asked once.
class Names {
public:
    explicit Names(web::PageCall& call) : call_{call} {}
    std::string of(json::Value const& object, char const* member) {
        auto const user = json::find_string(object, member);
        if (!user) return {};
        auto& name = known_[*user];
        if (name.empty()) {
            auto const found = call_.perform("employee.get", input_of({{"user_id", *user}}));
            name = found ? json::find_string(*found, "name").value_or(*user) : *user;
        }
        return name;
    }

private:
    web::PageCall& call_;
    std::map<std::string, std::string> known_;
};

struct Moment {
    std::string at;  // RFC 3339, as it is sorted
    json::Value view;
};

json::Value time_line_moment(std::string_view icon, std::string_view title, std::string_view text,
                             std::string_view more, std::string_view time, json::Allocator& allocator) {
    auto view = json::Value{rapidjson::kObjectType};
    json::set(view, "moment_icon", icon, allocator);
    json::set(view, "moment_title", title, allocator);
    json::set(view, "moment_text", text, allocator);
    json::set(view, "moment_more", more, allocator);
    json::set(view, "moment_time", time, allocator);
    return view;
}

// What hangs on the record and is what was spoken about: "订单".
void add_subject(Kind const& kind, json::Value const& item, json::Value& view, json::Allocator& allocator) {
    auto const type = json::find_string(item, "target_type").value_or("");
    auto const* subject = type == kind.object ? nullptr : find_kind(type);
    if (!subject) return;
    json::set(view, "moment_subject", subject->title, allocator);
    json::set(view, "moment_subject_href",
              std::string{subject->path} + "/" + json::find_string(item, "target_id").value_or(""), allocator);
}

Moment of_followup(web::PageCall const& call, Kind const& kind, json::Value const& item, json::Allocator& allocator) {
    auto const label = method_label(json::find_string(item, "method").value_or(""));
    auto const next = short_time(item, "next_contact_at", call.ctx.zone(), call.ctx.now());
    auto title = std::string{label.word} + " · " + json::find_string(item, "author_name").value_or("");
    if (kind.object != "lead" && json::find_string(item, "target_type") == "lead") title += " · 线索阶段";
    auto made = Moment{json::find_string(item, "followed_at").value_or(""),
                       time_line_moment(label.icon, title, json::find_string(item, "content").value_or(""),
                                        next.empty() ? "" : "下次联系 " + next,
                                        short_time(item, "followed_at", call.ctx.zone(), call.ctx.now()), allocator)};
    json::set(made.view, "moment_followup", json::find_string(item, "id").value_or(""), allocator);
    add_subject(kind, item, made.view, allocator);
    return made;
}

Moment of_event(web::PageCall const& call, json::Value const& item, Names& names, json::Allocator& allocator) {
    auto const from = names.of(item, "from_user_id");
    auto const to = names.of(item, "to_user_id");
    auto const actor = names.of(item, "actor_user_id");
    auto text = from.empty() ? to : to.empty() ? from : from + " → " + to;
    if (text == actor) text.clear();
    auto const reason = json::find_string(item, "reason").value_or("");
    auto title =
        std::string{event_word(json::find_string(item, "kind").value_or(""))} + (actor.empty() ? "" : " · " + actor);
    auto made = Moment{json::find_string(item, "at").value_or(""),
                       time_line_moment("swap", title, text, reason.empty() ? "" : "原因：" + reason,
                                        short_time(item, "at", call.ctx.zone(), call.ctx.now()), allocator)};
    json::set(made.view, "moment_system", json::Value{true}, allocator);
    return made;
}

// Instants of different precision and zone are compared as instants.
bool is_later(Moment const& a, Moment const& b) {
    auto const left = parse_rfc3339(a.at);
    auto const right = parse_rfc3339(b.at);
    return left && right ? *left > *right : left.has_value();
}

}  // namespace

json::Value timeline_of(web::PageCall& call, Kind const& kind, std::string const& id, std::string& next,
                        json::Allocator& allocator) {
    auto moments = std::vector<Moment>{};
    auto const before = call.value("before");
    auto input = kind.object == "customer"
                     ? input_of({{"customer_id", id}, {"cursor", before}, {"sort", "-followed_at"}})
                     : input_of({{"target_type", std::string{kind.object}},
                                 {"target_id", id},
                                 {"cursor", before},
                                 {"sort", "-followed_at"}});
    json::set(input, "limit", json::Value{moments_shown}, input.GetAllocator());
    if (auto const found = call.perform("followup.list", input)) {
        for (auto const& item : (*found)["items"].GetArray())
            moments.push_back(of_followup(call, kind, item, allocator));
        next = json::find_string(*found, "next_cursor").value_or("");
    }
    auto events = input_of({{"object", std::string{kind.object}}, {"object_id", id}});
    json::set(events, "limit", json::Value{moments_shown}, events.GetAllocator());
    auto names = Names{call};
    if (before.empty())
        if (auto const found = call.perform("ownership_event.list", events))
            for (auto const& item : (*found)["items"].GetArray())
                moments.push_back(of_event(call, item, names, allocator));
    if (before.empty() && kind.object == "customer")
        for (auto& one : trade_moments(call, id, allocator))
            moments.push_back({std::move(one.at), std::move(one.view)});
    if (before.empty())
        for (auto& file : file_moments(call, kind, id, allocator))
            moments.push_back({std::move(file.at), std::move(file.view)});
    std::sort(moments.begin(), moments.end(), is_later);
    auto list = json::Value{rapidjson::kArrayType};
    for (auto& one : moments) list.PushBack(std::move(one.view), allocator);
    add_extras(call, list, allocator);
    return list;
}

Result<json::Value> history_of(web::PageCall& call, Kind const& kind, std::string const& id,
                               json::Allocator& allocator) {
    auto const found =
        call.perform("record.history", input_of({{"object", std::string{kind.object}}, {"object_id", id}}));
    if (!found) return found.error();
    auto rows = json::Value{};
    rows.CopyFrom((*found)["items"], allocator);
    add_time_texts(rows, "at", call.ctx.zone(), call.ctx.now(), allocator);
    auto words = CompanyWords{call};
    auto const own = [&words](std::string_view object, std::string_view field) { return words.of(object, field); };
    for (auto& row : rows.GetArray()) describe_change(call.operations.catalogue(), own, row, allocator);
    return rows;
}

}  // namespace wescrm::pages::record
