#include "company.hpp"

#include "reading.hpp"

#include <wescrm/base/text.hpp>

namespace wescrm::bot {
namespace {

Colleague read_colleague(json::Value const& from) {
    return {text_at(from, "user_id"),    text_at(from, "name"),   text_at(from, "position"),
            text_at(from, "department"), text_at(from, "status"), integer_at(from, "rank")};
}

Department read_department(json::Value const& from) {
    return {text_at(from, "id"),         text_at(from, "name"),
            text_at(from, "above"),      text::join(texts_at(from, "head_names"), "、"),
            integer_at(from, "members"), integer_at(from, "depth"),
            integer_at(from, "rank")};
}

Right read_right(json::Value const& from) {
    return {text_at(from, "title"), text_at(from, "reach_title"), text::join(texts_at(from, "actions"), "、")};
}

Owned read_owned(json::Value const& from) {
    auto const is_on_demand = json::find_bool(from, "on_demand").value_or(false);
    return {text_at(from, "title"), text_at(from, "hint"), is_on_demand ? 0 : integer_at(from, "count")};
}

std::vector<Owned> owned_in(json::Value const& answer, std::string_view name) {
    auto items = list_at<Owned>(answer, name, read_owned);
    std::erase_if(items, [](Owned const& item) { return item.count == 0; });
    return items;
}

}  // namespace

Result<std::vector<Colleague>> Company::search(std::string_view words, std::size_t limit, bool with_former) const {
    auto input = Data{{"words", words}};
    input.set("limit", static_cast<std::int64_t>(limit));
    if (with_former) input.flag("former");
    auto const answer = crm_.invoke("employee.search", input);
    if (!answer) return answer.error();
    return list_at<Colleague>(*answer, "items", read_colleague);
}

Result<Profile> Company::profile(std::string_view user_id) const {
    auto const answer = crm_.invoke("employee.profile", Data{{"user_id", user_id}});
    if (!answer) return answer.error();
    return Profile{read_colleague(*answer), texts_at(*answer, "heads"),
                   list_at<Colleague>(*answer, "superiors", read_colleague),
                   list_at<Colleague>(*answer, "subordinates", read_colleague)};
}

Result<std::vector<Department>> Company::search_departments(std::string_view words, std::size_t limit) const {
    auto input = Data{{"words", words}};
    input.set("limit", static_cast<std::int64_t>(limit));
    auto const answer = crm_.invoke("department.search", input);
    if (!answer) return answer.error();
    return list_at<Department>(*answer, "items", read_department);
}

Result<std::vector<Colleague>> Company::members(std::string_view department, std::size_t limit) const {
    auto input = Data{{"department", department}, {"status", "active"}};
    input.set("limit", static_cast<std::int64_t>(limit));
    auto const answer = crm_.invoke("employee.list", input);
    if (!answer) return answer.error();
    return list_at<Colleague>(*answer, "items", read_colleague);
}

Result<std::vector<Department>> Company::tree() const {
    auto const answer = crm_.invoke("department.tree", Data{});
    if (!answer) return answer.error();
    return list_at<Department>(*answer, "items", read_department);
}

Result<Rights> Company::rights() const {
    auto const answer = crm_.invoke("me.permissions", Data{});
    if (!answer) return answer.error();
    return Rights{json::find_bool(*answer, "is_administrator").value_or(false),
                  text::join(texts_at(*answer, "roles"), "、"), list_at<Right>(*answer, "items", read_right)};
}

Result<Explained> Company::explain(std::string_view customer, std::string_view user_id) const {
    auto const answer = crm_.invoke("customer.explain_named", Data{{"name", customer}, {"user_id", user_id}});
    if (!answer) return answer.error();
    auto explained = Explained{};
    explained.id = text_at(*answer, "id");
    explained.name = text_at(*answer, "name");
    explained.owner = text_at(*answer, "owner_name");
    explained.can_read = json::find_bool(*answer, "can_read").value_or(false);
    explained.can_write = json::find_bool(*answer, "can_write").value_or(false);
    explained.because = texts_at(*answer, "because");
    explained.because_write = texts_at(*answer, "because_write");
    return explained;
}

Result<void> Company::start_sync() const {
    auto const answer = crm_.invoke("org.sync", Data{});
    if (!answer) return answer.error();
    return {};
}

Result<std::int64_t> Company::decide_sync(std::string_view run, bool is_yes) const {
    auto const answer = crm_.invoke(is_yes ? "org.sync.accept" : "org.sync.keep", Data{{"id", run}});
    if (!answer) return answer.error();
    return integer_at(*answer, "deactivated");
}

Result<std::vector<Owned>> Company::owned_by(std::string_view user_id) const {
    auto const answer = crm_.invoke("employee.handover_preview", Data{{"user_id", user_id}});
    if (!answer) return answer.error();
    return owned_in(*answer, "items");
}

Result<HandedOver> Company::hand_over(std::string_view user_id, std::string_view to) const {
    auto const answer = crm_.invoke("employee.handover", Data{{"user_id", user_id}, {"to_user_id", to}});
    if (!answer) return answer.error();
    return HandedOver{owned_in(*answer, "handed_over"), integer_at(*answer, "left")};
}

Result<void> Company::disable(std::string_view user_id) const {
    auto const answer = crm_.invoke("employee.disable", Data{{"user_id", user_id}});
    if (!answer) return answer.error();
    return {};
}

}  // namespace wescrm::bot
